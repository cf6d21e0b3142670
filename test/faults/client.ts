import { randomUUID } from 'node:crypto';

import type { Operation } from '../checker/index.js';

/** What one asks of the API, and what it promises. */
export class Client {
  readonly history: Operation[] = [];

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

  /** On connections of its own: one that idled may be closed just as it is used again. */
  private ask(path: string, request: RequestInit): Promise<Response> {
    const headers = { ...(request.headers as Record<string, string>), connection: 'close' };
    return fetch(`${this.address}/v1/documents${path}`, { ...request, headers });
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
