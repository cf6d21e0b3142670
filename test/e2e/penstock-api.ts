import type { IngestionModels } from '#ledger';

import { eventually } from './eventually.js';

/** What the API answered, whatever it was. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Accepted {
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
}

/** `GET /v1/ingestions/{id}`, as far as tests look at it. */
export interface IngestionSeen extends Accepted {
  readonly namespace: string;
  readonly kind: string;
  readonly status: string;
  readonly stage: string;
  readonly sameAs: string | null;
  readonly stores: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly models: IngestionModels;
  readonly tokens: Readonly<Record<string, { readonly prompt: number; readonly completion: number }>>;
  /** Only where one ingestion is asked for. */
  readonly cost?: { readonly calls: number; readonly usd: number | null };
  /** Only where one ingestion is asked for. */
  readonly waiting?: { readonly reason: string; readonly message: string; readonly since: string } | null;
  readonly error: { readonly reason: string; readonly message: string; readonly role: string } | null;
  readonly timeline: readonly { readonly at: string; readonly type: string; readonly store?: string }[];
}

export interface UploadedFile {
  readonly name: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
  readonly type?: string;
}

const settled = new Set(['live', 'rolled_back', 'failed', 'superseded', 'unchanged', 'retracted']);

/** The HTTP interface, spoken as any client would. */
export class PenstockApi {
  constructor(readonly address: string) {}

  async ask(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.address}${path}`, { ...init, method });
    const text = await response.text();
    const contentType = response.headers.get('content-type') ?? '';
    const body = contentType.includes('json') ? (JSON.parse(text) as Record<string, unknown>) : { text };
    return { status: response.status, contentType, body };
  }

  json(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.ask('POST', path, { body: text, headers: { 'content-type': 'application/json', ...headers } });
  }

  upload(file: UploadedFile, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([file.content], { type: file.type ?? '' }), file.name);
    return this.ask('POST', '/v1/documents', { body: form, headers });
  }

  async submit(document: Readonly<Record<string, unknown>>): Promise<Accepted> {
    return acceptedOf(await this.json('/v1/documents', document));
  }

  /** Submits a text, whole in the request. */
  inline(namespace: string, documentId: string, content: string): Promise<Accepted> {
    return this.submit({ namespace, documentId, source: 'inline', content });
  }

  async retract(namespace: string, documentId: string): Promise<Accepted> {
    return acceptedOf(await this.ask('DELETE', `${documentPath(documentId)}?namespace=${namespace}`));
  }

  async ingestion(ingestionId: string): Promise<IngestionSeen> {
    const { body, status } = await this.ask('GET', `/v1/ingestions/${ingestionId}`);
    if (status !== 200) throw new Error(`ingestion ${ingestionId}: ${status} ${JSON.stringify(body)}`);
    return body as unknown as IngestionSeen;
  }

  document(namespace: string, documentId: string, include = ''): Promise<Answer> {
    const suffix = include === '' ? '' : `&include=${include}`;
    return this.ask('GET', `${documentPath(documentId)}?namespace=${namespace}${suffix}`);
  }

  /** What became of an ingestion, once something has. */
  outcome(ingestionId: string, withinMs?: number): Promise<IngestionSeen> {
    const attempt = async (): Promise<IngestionSeen | undefined> => {
      const seen = await this.ingestion(ingestionId);
      return settled.has(seen.status) ? seen : undefined;
    };
    return eventually(`an outcome of ${ingestionId}`, attempt, withinMs);
  }

  /** Waits until three stores have written a version, as where the writer of the fourth is away. */
  writtenByThree(ingestionId: string, withinMs?: number): Promise<true> {
    const attempt = async (): Promise<true | undefined> => {
      const { stores } = await this.ingestion(ingestionId);
      return Object.values(stores).filter((state) => state === 'written').length === 3 || undefined;
    };
    return eventually(`three stores to hold ${ingestionId}`, attempt, withinMs);
  }
}

function documentPath(documentId: string): string {
  return `/v1/documents/${encodeURIComponent(documentId)}`;
}

/** @throws Error with the problem if a submission was not accepted. */
export function acceptedOf({ status, body }: Answer): Accepted {
  if (status !== 202) throw new Error(`not accepted: ${status} ${JSON.stringify(body)}`);
  return body as unknown as Accepted;
}
