import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { Operation } from '../checker/index.js';
import { someText, uploadForm, type CellDocument } from './documents.js';
import { documentHeader } from './probed-api.js';

const patienceMs = 120_000;
const pauseMs = 200;
const triesMax = 100;

/** What an answer of the API promises. */
export interface Promised {
  readonly ingestionId: string;
  readonly version: number;
}

interface Wanted {
  readonly kind: Operation['kind'];
  readonly content: string;
  readonly path: string;
  readonly method: 'POST' | 'DELETE';
  readonly body?: FormData;
  /** Under which the same request is sent again; only submissions have one. */
  readonly idempotencyKey?: string;
}

/** Uploads the document of a cell, deletes it, or replays its letter. */
export function requestOf(one: CellDocument, letterId: string | undefined, history: Operation[]): PatientRequest {
  const { cell, namespace, documentId, random } = one;
  if (cell.operation === 'delete') {
    const path = `/v1/documents/${encodeURIComponent(documentId)}?namespace=${namespace}`;
    return new PatientRequest(one, { kind: 'delete', content: '', path, method: 'DELETE' }, history);
  }
  if (cell.operation === 'replay') {
    const content = history.findLast((told) => told.namespace === namespace && told.documentId === documentId)?.content;
    const path = `/v1/dead-letters/${letterId ?? 'none'}/replay`;
    return new PatientRequest(one, { kind: 'replay', content: content ?? '', path, method: 'POST' }, history);
  }
  const content = someText(namespace, 4, random);
  const body = uploadForm(namespace, documentId, content);
  const wanted = { content, path: '/v1/documents', body, idempotencyKey: randomUUID() };
  return new PatientRequest(one, { kind: 'put', method: 'POST', ...wanted }, history);
}

/** One thing that a client wants of the API, and asks for again and again until it hears what came of it. */
export class PatientRequest {
  readonly promised: Promised[] = [];
  readonly refusals: string[] = [];
  private readonly sendings: Promise<void>[] = [];

  constructor(
    private readonly one: CellDocument,
    private readonly wanted: Wanted,
    private readonly history: Operation[],
  ) {}

  /** What the document is to hold; empty for a deletion. */
  get content(): string {
    return this.wanted.content;
  }

  get isHeard(): boolean {
    return this.promised.length > 0 || this.refusals.length > 0;
  }

  /** Sends it, and listens for as long as it takes. */
  send(address: string): void {
    this.sendings.push(this.ask(address));
  }

  /** Whatever was sent is answered or lost, and it was sent anew for as long as nothing was heard. */
  async untilHeard(addressNow: () => string): Promise<void> {
    await Promise.all(this.sendings);
    for (let tries = 0; !this.isHeard && tries < triesMax; tries += 1) {
      await this.ask(addressNow());
      await pause(pauseMs);
    }
  }

  private async ask(address: string): Promise<void> {
    const { path, method, body, idempotencyKey } = this.wanted;
    const headers: Record<string, string> = { connection: 'close', [documentHeader]: this.one.key };
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    try {
      const request = { method, headers, signal: AbortSignal.timeout(patienceMs), ...(body && { body }) };
      const response = await fetch(`${address}${path}`, request);
      await this.hear(response.status, (await response.json()) as Record<string, unknown>, address);
    } catch {
      this.tell('info');
    }
  }

  private async hear(status: number, said: Readonly<Record<string, unknown>>, address: string): Promise<void> {
    if (status === 202) return this.believe(said as unknown as Promised);
    if (status >= 500) return this.tell('info');
    if (said['reason'] === 'already-replayed') return this.believe(await this.replayedBefore(address));
    this.refusals.push(`${status} ${String(said['reason'])}`);
    this.tell('fail');
  }

  /** A letter has no idempotency key: it says itself which ingestion began with its replay. */
  private async replayedBefore(address: string): Promise<Promised> {
    const read = async (path: string): Promise<Record<string, unknown>> =>
      (await (await fetch(`${address}${path}`)).json()) as Record<string, unknown>;
    const { replayIngestionId } = await read(this.wanted.path.replace(/\/replay$/, ''));
    const { ingestionId, version } = await read(`/v1/ingestions/${String(replayIngestionId)}`);
    return { ingestionId: String(ingestionId), version: Number(version) };
  }

  private believe({ ingestionId, version }: Promised): void {
    this.promised.push({ ingestionId, version });
    this.tell('ok', { ingestionId, version });
  }

  private tell(result: Operation['result'], promised?: Promised): void {
    const { namespace, documentId } = this.one;
    const { kind, content, idempotencyKey } = this.wanted;
    const asked = { kind, namespace, documentId, content, result, ...promised };
    this.history.push(idempotencyKey === undefined ? asked : { ...asked, idempotencyKey });
  }
}
