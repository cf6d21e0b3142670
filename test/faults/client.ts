import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { Turns } from '../../apps/penstock/turns.js';
import type { Operation } from '../checker/index.js';

/** The API has few connections to its database, and dozens of documents are asked for at once. */
const requestsMax = 8;
const busyStatus = 503;
const busyTriesMax = 20;
const busyPauseMs = 3000;

/** What one asks of the API, and what it promises. */
export class Client {
  readonly history: Operation[] = [];
  private readonly turns = new Turns(requestsMax);

  constructor(private readonly address: string) {}

  async put(namespace: string, documentId: string, content: string): Promise<string> {
    const body = JSON.stringify({ namespace, documentId, source: 'inline', content });
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const response = await this.ask('', { method: 'POST', headers, body });
    return this.accepted({ kind: 'put', namespace, documentId, content }, response);
  }

  async delete(namespace: string, documentId: string): Promise<string> {
    const path = `/${encodeURIComponent(documentId)}?namespace=${namespace}`;
    const response = await this.ask(path, { method: 'DELETE' });
    return this.accepted({ kind: 'delete', namespace, documentId, content: '' }, response);
  }

  /**
   * On connections of its own: one that idled may be closed just as it is used again. A machine that has much else to
   * do may have no time for the request: it is made again.
   */
  private ask(path: string, request: RequestInit): Promise<Response> {
    const headers = { ...(request.headers as Record<string, string>), connection: 'close' };
    return this.turns.take(async () => {
      for (let attempt = 1; ; attempt += 1) {
        const response = await fetch(`${this.address}/v1/documents${path}`, { ...request, headers });
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
