import { readFileSync } from 'node:fs';

import avro, { type Type } from 'avsc';

import { PoisonMessage, TransientFailure } from '#failure';

import { eventNameOf, eventNamespace, eventType, type Emission } from './cloud-events.js';
import { eventNames, type EventName } from './generated/events.js';
import type { SchemaRegistryClient } from './schema-registry.js';

const magicByte = 0;
const prefixBytes = 5;
/** CloudEvents attribute that names the schema of the data: by its content, so that it means the same for ever. */
export const dataSchemaHeader = 'ce_dataschema';

/** Text of the committed schema of an event. */
export function schemaSource(name: EventName, folder: URL): string {
  return readFileSync(new URL(`${name}.avsc`, folder), 'utf8');
}

interface Reader {
  readonly name: EventName;
  readonly decode: (body: Buffer) => unknown;
}

/**
 * Encodes and decodes events in Confluent wire format: magic byte 0, four bytes of schema id, Avro binary.
 * `start` registers every schema once, so encoding needs no network afterwards.
 *
 * An id means what the registry says, and a registry that lost its memory may give it to another schema. So a record of
 * ours names its schema by content, too, and is read by that name; a record that has none is read only while the
 * registry still knows our own schemas by the ids it gave.
 */
export class EventCodec {
  private readonly types = new Map<EventName, Type>();
  private readonly ids = new Map<EventName, number>();
  private readonly dataSchemas = new Map<EventName, string>();
  /** What is written with a schema that this process has needs no registry. */
  private readonly known = new Map<string, Reader>();
  private readonly readers = new Map<string, Promise<Reader>>();

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
      const type = avro.Type.forSchema(JSON.parse(source) as avro.Schema);
      const dataSchema = dataSchemaOf(type);
      this.types.set(name, type);
      this.dataSchemas.set(name, dataSchema);
      this.known.set(dataSchema, { name, decode: (body) => type.fromBuffer(body) as unknown });
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

  /** Value of the header that names the schema of an event. */
  dataSchema(type: EventName): string {
    const dataSchema = this.dataSchemas.get(type);
    if (dataSchema === undefined) throw new PoisonMessage(`no schema registered for ${type}`);
    return dataSchema;
  }

  /**
   * @param dataSchema the schema's name by content, where the record says it.
   * @throws PoisonMessage if the bytes are not Confluent Avro, the schema id is unknown or not one of ours;
   *   TransientFailure if the registry can't be asked, or gives ids another meaning than it did.
   */
  async decode(value: Buffer | null, dataSchema?: string): Promise<Emission> {
    if (value === null || value.length < prefixBytes || value.readUInt8(0) !== magicByte) {
      throw new PoisonMessage('value is not in Confluent Avro wire format', { reason: 'not-avro' });
    }
    const reader = this.known.get(dataSchema ?? '') ?? (await this.reader(value.readInt32BE(1), dataSchema));
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

  /** One look-up per schema, however many records wait for it; a failed one is asked again. */
  private reader(id: number, dataSchema: string | undefined): Promise<Reader> {
    const key = `${id} ${dataSchema ?? ''}`;
    const known = this.readers.get(key);
    if (known !== undefined) return known;
    const pending = this.makeReader(id, dataSchema);
    this.readers.set(key, pending);
    pending.catch(() => this.readers.delete(key));
    return pending;
  }

  private async makeReader(id: number, dataSchema: string | undefined): Promise<Reader> {
    await this.requireSameRegistry();
    const writer = parsedSchema(await this.registry.schemaById(id), id);
    const name = eventNameOf(writer.name ?? '');
    const ours = name === undefined ? undefined : this.types.get(name);
    if (name === undefined || ours === undefined) {
      throw new PoisonMessage(`schema ${id} is not one of ${eventNamespace}`, { reason: 'unknown-schema' });
    }
    if (dataSchema !== undefined && dataSchema !== dataSchemaOf(writer)) {
      throw new PoisonMessage(`schema ${id} is not the one the record names`, { reason: 'unknown-schema' });
    }
    const resolver = resolverFor(ours, writer, id);
    return { name, decode: (body) => ours.fromBuffer(body, resolver) as unknown };
  }

  /** A registry that was emptied or restored says nothing about records that were written before. */
  private async requireSameRegistry(): Promise<void> {
    const changed = await Promise.all([...this.ids].map(([name, id]) => this.hasChanged(name, id)));
    if (!changed.includes(true)) return;
    const message = 'the schema registry gives other ids than it did: restore it, or restart this process';
    throw new TransientFailure(message, { reason: 'registry-changed' });
  }

  private async hasChanged(name: EventName, id: number): Promise<boolean> {
    try {
      return dataSchemaOf(parsedSchema(await this.registry.schemaById(id), id)) !== this.dataSchema(name);
    } catch (error) {
      if (error instanceof PoisonMessage) return true;
      throw error;
    }
  }
}

/** The canonical form leaves out what doesn't change how bytes are read: documentation, defaults, white space. */
function dataSchemaOf(type: Type): string {
  return `urn:avro:sha256:${type.fingerprint('sha256').toString('hex')}`;
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
