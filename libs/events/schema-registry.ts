import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';

import { PermanentFailure, PoisonMessage, TransientFailure } from '#failure';

/** The part of a Confluent-compatible schema registry that Penstock needs. */
export abstract class SchemaRegistryClient {
  /** Registers a schema under a subject with FULL_TRANSITIVE compatibility and returns its id. */
  abstract register(subject: string, source: string): Promise<number>;
  /** Source of a schema. @throws PoisonMessage if the registry says there is none. */
  abstract schemaById(id: number): Promise<string>;
}

const timeoutMs = 10_000;

/**
 * Registration goes through the public client. Look-ups by id use the REST call itself, because the client reports
 * an unreachable registry as status 400, which can't be told from "no such schema": one is transient, the other poison.
 */
export class ConfluentSchemaRegistry extends SchemaRegistryClient {
  private readonly client: SchemaRegistry;

  constructor(private readonly url: string) {
    super();
    this.client = new SchemaRegistry({ host: url, retry: { retries: 0 } });
  }

  async register(subject: string, source: string): Promise<number> {
    await this.reachable();
    try {
      const schema = { type: SchemaType.AVRO, schema: source } as const;
      const options = { subject, compatibility: COMPATIBILITY.FULL_TRANSITIVE };
      return (await withTimeout(this.client.register(schema, options))).id;
    } catch (error) {
      throw registrationFailure(subject, error);
    }
  }

  async schemaById(id: number): Promise<string> {
    const response = await this.get(`/schemas/ids/${id}`);
    if (response.status === 404) throw new PoisonMessage(`unknown schema id ${id}`, { reason: 'unknown-schema' });
    if (!response.ok) throw new TransientFailure(`schema registry answered ${response.status}`);
    const body = (await response.json()) as { schema?: string; schemaType?: string };
    if (body.schema === undefined || (body.schemaType ?? 'AVRO') !== 'AVRO') {
      throw new PoisonMessage(`schema ${id} is not Avro`, { reason: 'unknown-schema' });
    }
    return body.schema;
  }

  private async reachable(): Promise<void> {
    const response = await this.get('/subjects');
    if (!response.ok) throw new TransientFailure(`schema registry answered ${response.status}`);
  }

  private async get(path: string): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      throw new TransientFailure('schema registry is not reachable', { reason: 'registry-unreachable', cause: error });
    }
  }
}

function registrationFailure(subject: string, error: unknown): TransientFailure | PermanentFailure {
  const status = (error as { status?: number }).status;
  const message = error instanceof Error ? error.message : String(error);
  if (status === 409 || status === 422 || /incompatible|compatibility/i.test(message)) {
    return new PermanentFailure(`schema registry refused ${subject}: ${message}`, { reason: 'incompatible-schema' });
  }
  return new TransientFailure(`schema registry could not register ${subject}: ${message}`, { cause: error });
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TransientFailure('schema registry did not answer in time')), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
