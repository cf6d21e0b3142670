import { readFileSync } from 'node:fs';

import avro, { type Type } from 'avsc';

import { PoisonMessage } from '#failure';

import { eventNameOf, eventNamespace, eventType, type Emission } from './cloud-events.js';
import { eventNames, type EventName } from './generated/events.js';
import type { SchemaRegistryClient } from './schema-registry.js';

const magicByte = 0;
const prefixBytes = 5;

/** Text of the committed schema of an event. */
export function schemaSource(name: EventName, folder: URL): string {
  return readFileSync(new URL(`${name}.avsc`, folder), 'utf8');
}

/**
 * Encodes and decodes events in Confluent wire format: magic byte 0, four bytes of schema id, Avro binary.
 * `start` registers every schema once, so encoding needs no network afterwards.
 */
export class EventCodec {
  private readonly types = new Map<EventName, Type>();
  private readonly ids = new Map<EventName, number>();
  private readonly readers = new Map<number, Promise<{ name: EventName; decode: (body: Buffer) => unknown }>>();

  constructor(
    private readonly registry: SchemaRegistryClient,
    private readonly schemaFolder: URL,
  ) {}

  /**
   * Registers all schemas under their full names with compatibility FULL_TRANSITIVE.
   * @throws PermanentFailure if the registry refuses a schema as incompatible; TransientFailure if it can't be reached.
   */
  async start(): Promise<void> {
    for (const name of eventNames) {
      const source = schemaSource(name, this.schemaFolder);
      this.types.set(name, avro.Type.forSchema(JSON.parse(source) as avro.Schema));
      this.ids.set(name, await this.registry.register(eventType(name), source));
    }
  }

  /** @throws PoisonMessage if the payload does not fit its schema. */
  encode({ type, payload }: Emission): Buffer {
    const schema = this.types.get(type);
    const id = this.ids.get(type);
    if (schema === undefined || id === undefined) throw new PoisonMessage(`no schema registered for ${type}`);
    const body = this.toBuffer(schema, payload, type);
    const prefix = Buffer.alloc(prefixBytes);
    prefix.writeUInt8(magicByte, 0);
    prefix.writeInt32BE(id, 1);
    return Buffer.concat([prefix, body]);
  }

  /**
   * @throws PoisonMessage if the bytes are not Confluent Avro, the schema id is unknown or not one of ours;
   *   TransientFailure if the registry can't be asked.
   */
  async decode(value: Buffer | null): Promise<Emission> {
    if (value === null || value.length < prefixBytes || value.readUInt8(0) !== magicByte) {
      throw new PoisonMessage('value is not in Confluent Avro wire format', { reason: 'not-avro' });
    }
    const reader = await this.reader(value.readInt32BE(1));
    try {
      return { type: reader.name, payload: reader.decode(value.subarray(prefixBytes)) } as Emission;
    } catch (error) {
      throw new PoisonMessage(`value does not decode as ${reader.name}`, { reason: 'bad-avro', cause: error });
    }
  }

  private toBuffer(schema: Type, payload: unknown, type: EventName): Buffer {
    try {
      return schema.toBuffer(payload);
    } catch (error) {
      throw new PoisonMessage(`payload does not fit the schema of ${type}`, { reason: 'bad-payload', cause: error });
    }
  }

  /** One look-up per schema id, however many records wait for it; a failed one is asked again. */
  private reader(id: number): Promise<{ name: EventName; decode: (body: Buffer) => unknown }> {
    const known = this.readers.get(id);
    if (known !== undefined) return known;
    const pending = this.makeReader(id);
    this.readers.set(id, pending);
    pending.catch(() => this.readers.delete(id));
    return pending;
  }

  private async makeReader(id: number): Promise<{ name: EventName; decode: (body: Buffer) => unknown }> {
    const source = await this.registry.schemaById(id);
    const writer = parsedSchema(source, id);
    const name = eventNameOf(writer.name ?? '');
    const ours = name === undefined ? undefined : this.types.get(name);
    if (name === undefined || ours === undefined) {
      throw new PoisonMessage(`schema ${id} is not one of ${eventNamespace}`, { reason: 'unknown-schema' });
    }
    const resolver = resolverFor(ours, writer, id);
    return { name, decode: (body) => ours.fromBuffer(body, resolver) as unknown };
  }
}

function parsedSchema(source: string, id: number): Type {
  try {
    return avro.Type.forSchema(JSON.parse(source) as avro.Schema);
  } catch (error) {
    throw new PoisonMessage(`schema ${id} is not Avro`, { reason: 'unknown-schema', cause: error });
  }
}

function resolverFor(ours: Type, writer: Type, id: number): ReturnType<Type['createResolver']> {
  try {
    return ours.createResolver(writer);
  } catch (error) {
    throw new PoisonMessage(`schema ${id} can't be read as ours`, { reason: 'incompatible-schema', cause: error });
  }
}
