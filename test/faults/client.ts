import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { Turns } from '../../apps/penstock/turns.js';
import type { Operation } from '../checker/index.js';
import { someText, uploadForm, type CellDocument } from './documents.js';

/** The API has few connections to its database, and dozens of documents are asked for at once. */
const requestsMax = 8;
const busyStatus = 503;
const busyTriesMax = 20;
const busyPauseMs = 3000;

/** What is sent as a document. */
interface SentContent {
  readonly content: string;
  readonly mediaType?: string;
}

interface ReplayAnswer {
  readonly items: readonly { readonly ingestionId: string | null; readonly version: number | null }[];
  readonly refused: readonly { readonly reason: string }[];
}

/** What became of the letters of a document: the ingestions that began, and why others were not replayed. */
export interface ReplayedLetters {
  readonly ingestionIds: readonly string[];
  readonly refused: readonly string[];
}

/** What one asks of the API, and what it promises. */
export class Client {
  readonly history: Operation[] = [];
  private readonly turns = new Turns(requestsMax);

  constructor(private readonly address: string) {}

  /** @param sent what is sent if that is more than the text. */
  async put(namespace: string, documentId: string, content: string, sent: SentContent = { content }): Promise<string> {
    const body = JSON.stringify({ namespace, documentId, source: 'inline', ...sent });
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const response = await this.ask('/v1/documents', { method: 'POST', headers, body });
    return this.accepted({ kind: 'put', namespace, documentId, content }, response);
  }

  /** Uploads a new text of a document. */
  async upload({ namespace, documentId, random }: CellDocument): Promise<string> {
    const content = someText(namespace, 4, random);
    const body = uploadForm(namespace, documentId, content);
    const response = await this.ask('/v1/documents', { method: 'POST', body });
    return this.accepted({ kind: 'put', namespace, documentId, content }, response);
  }

  async delete(namespace: string, documentId: string): Promise<string> {
    const path = `/v1/documents/${encodeURIComponent(documentId)}?namespace=${namespace}`;
    const response = await this.ask(path, { method: 'DELETE' });
    return this.accepted({ kind: 'delete', namespace, documentId, content: '' }, response);
  }

  /** Replays the letters of a document. @param failedId the ingestion that failed, whose text is ingested anew. */
  async replay(namespace: string, documentId: string, failedId: string): Promise<ReplayedLetters> {
    const body = JSON.stringify({ namespace, documentId });
    const headers = { 'content-type': 'application/json' };
    const response = await this.ask('/v1/dead-letters/replay', { method: 'POST', headers, body });
    if (response.status !== 202) throw new Error(`replay of ${namespace}/${documentId} answered ${response.status}`);
    const { items, refused } = (await response.json()) as ReplayAnswer;
    const content = this.history.find(({ ingestionId }) => ingestionId === failedId)?.content ?? '';
    const begun = items.flatMap(({ ingestionId, version }) =>
      ingestionId === null || version === null ? [] : [{ ingestionId, version }],
    );
    for (const one of begun)
      this.history.push({ kind: 'replay', namespace, documentId, content, result: 'ok', ...one });
    return {
      ingestionIds: begun.map(({ ingestionId }) => ingestionId),
      refused: refused.map(({ reason }) => reason),
    };
  }

  /**
   * On connections of its own: one that idled may be closed just as it is used again. A machine that has much else to
   * do may have no time for the request: it is made again.
   */
  private ask(path: string, request: RequestInit): Promise<Response> {
    const headers = { ...(request.headers as Record<string, string>), connection: 'close' };
    return this.turns.take(async () => {
      for (let attempt = 1; ; attempt += 1) {
        const response = await fetch(`${this.address}${path}`, { ...request, headers });
        if (response.status !== busyStatus || attempt === busyTriesMax) return response;
        await response.body?.cancel();
        await pause(busyPauseMs);
      }
    });
  }

  private async accepted(
    asked: Pick<Operation, 'kind' | 'namespace' | 'documentId' | 'content'>,
    response: Response,
  ): Promise<string> {
    const { ingestionId, version } = (await response.json()) as { ingestionId?: string; version?: number };
    if (response.status !== 202 || ingestionId === undefined || version === undefined) {
      throw new Error(`${asked.kind} of ${asked.namespace}/${asked.documentId} answered ${response.status}`);
    }
    this.history.push({ ...asked, result: 'ok', ingestionId, version });
    return ingestionId;
  }
}
