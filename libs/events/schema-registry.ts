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
/** Processes that start together register the same schemas; whoever comes second finds what it wanted done. */
const anotherWasFaster = /already exists/i;
/** The client registers a schema first and protects its subject second; a crash in between leaves it like this. */
const neverProtected = /does not match the configuration \(.* != NONE\)/;
const attemptsMax = 5;

/** Who Penstock is to a registry that asks, by basic authentication. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

/**
 * Registration goes through the public client. Look-ups by id use the REST call itself, because the client reports
 * an unreachable registry as status 400, which can't be told from "no such schema": one is transient, the other poison.
 */
export class ConfluentSchemaRegistry extends SchemaRegistryClient {
  private readonly client: SchemaRegistry;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(
    private readonly url: string,
    login?: RegistryLogin,
  ) {
    super();
    this.client = new SchemaRegistry({ host: url, retry: { retries: 0 }, ...(login && { auth: { ...login } }) });
    const encoded = Buffer.from(`${login?.username}:${login?.password}`).toString('base64');
    this.headers = login === undefined ? {} : { authorization: `Basic ${encoded}` };
  }

  async register(subject: string, source: string): Promise<number> {
    await this.check();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.registerOnce(subject, source);
      } catch (error) {
        const message = messageOf(error);
        const unprotected = neverProtected.test(message);
        if (attempt === attemptsMax || !(unprotected || anotherWasFaster.test(message))) {
          throw registrationFailure(subject, error);
        }
        if (unprotected) await this.protect(subject);
      }
    }
  }

  /** What another process, dead or slower, has left to be done; if it does it after all, that is as well. */
  private async protect(subject: string): Promise<void> {
    const body = JSON.stringify({ compatibility: COMPATIBILITY.FULL_TRANSITIVE });
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    const response = await this.ask(`/config/${encodeURIComponent(subject)}`, { method: 'PUT', headers, body });
    await response.body?.cancel();
  }

  private async registerOnce(subject: string, source: string): Promise<number> {
    const schema = { type: SchemaType.AVRO, schema: source } as const;
    const options = { subject, compatibility: COMPATIBILITY.FULL_TRANSITIVE };
    return (await withTimeout(this.client.register(schema, options))).id;
  }

  async schemaById(id: number): Promise<string> {
    const response = await this.ask(`/schemas/ids/${id}`);
    if (response.status === 404) throw new PoisonMessage(`unknown schema id ${id}`, { reason: 'unknown-schema' });
    if (!response.ok) throw answered(response);
    const body = (await response.json()) as { schema?: string; schemaType?: string };
    if (body.schema === undefined || (body.schemaType ?? 'AVRO') !== 'AVRO') {
      throw new PoisonMessage(`schema ${id} is not Avro`, { reason: 'unknown-schema' });
    }
    return body.schema;
  }

  /** @throws TransientFailure `registry-unauthorised`, `registry-unavailable` or `registry-unreachable`. */
  async check(): Promise<void> {
    const response = await this.ask('/subjects');
    if (!response.ok) throw answered(response);
  }

  private async ask(path: string, init: RequestInit = {}): Promise<Response> {
    try {
      const headers = { ...this.headers, ...(init.headers as Record<string, string> | undefined) };
      return await fetch(`${this.url}${path}`, { ...init, headers, signal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      throw new TransientFailure('schema registry is not reachable', { reason: 'registry-unreachable', cause: error });
    }
  }
}

/** A login that is refused can be mended while events wait, so it is tried again, as anything else. */
function answered({ status }: Response): TransientFailure {
  const reason = status === 401 || status === 403 ? 'registry-unauthorised' : 'registry-unavailable';
  return new TransientFailure(`schema registry answered ${status}`, { reason });
}

function registrationFailure(subject: string, error: unknown): TransientFailure | PermanentFailure {
  const status = (error as { status?: number }).status;
  const message = messageOf(error);
  if (anotherWasFaster.test(message)) {
    return new TransientFailure(`schema registry could not register ${subject}: ${message}`, { cause: error });
  }
  if (status === 409 || status === 422 || /incompatible|compatibility/i.test(message)) {
    return new PermanentFailure(`schema registry refused ${subject}: ${message}`, { reason: 'incompatible-schema' });
  }
  return new TransientFailure(`schema registry could not register ${subject}: ${message}`, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
