import { openAsBlob } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import type { ActPage } from '#access';
import type { Config } from '#config';
import type { LetterDetail as DeadLetter, LetterPage as DeadLetterPage, Replayed, ReplayedMany } from '#dead-letters';
import { PermanentFailure, TransientFailure } from '#failure';
import type { SearchAnswer } from '#query';
import type { BudgetReport, CallPage, UsageReport, Waiting } from '#usage';

import { gatherPages } from './gather-pages.js';
import type { Child, ChildPage, IngestionReport } from './ingestion-report.js';
import type { Terminal } from './terminal.js';

/** See `GET /v1/usage`. */
export type UsageAnswer = UsageReport & {
  readonly from: string;
  readonly to: string;
  readonly waiting: readonly Waiting[];
};

export interface Accepted {
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
}

const requestTimeoutMs = 120_000;
/** Limits are per minute, so that is how often somebody may be told to wait. */
const turnsMax = 5;
const readyTimeoutMs = 3_000;

/** The HTTP API as the command line uses it. Errors carry what the API says is wrong. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly key?: string,
  ) {}

  get address(): string {
    return this.url;
  }

  /** Whether the API answers and all it needs is there. */
  async ready(): Promise<boolean> {
    const signal = AbortSignal.timeout(readyTimeoutMs);
    return fetch(`${this.url}/health/ready`, { signal }).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** @param key instead of the one of the settings. */
  static of(config: Config, { key }: Pick<Terminal, 'key'>): ApiClient {
    const host = config.httpHost.includes(':') ? `[${config.httpHost}]` : config.httpHost;
    return new ApiClient(`http://${host}:${config.httpPort}`, key() ?? config.apiKey);
  }

  submit(body: Readonly<Record<string, unknown>>): Promise<Accepted> {
    return this.call('POST', '/v1/documents', JSON.stringify(body), { 'content-type': 'application/json' });
  }

  /** @param json the record as it is written, so that no digit of a number is lost. */
  submitRecord(fields: Readonly<Record<string, unknown>>, json: string): Promise<Accepted> {
    const body = `${JSON.stringify(fields).slice(0, -1)},"record":${json}}`;
    return this.call('POST', '/v1/records', body, { 'content-type': 'application/json' });
  }

  async upload(path: string, fields: Readonly<Record<string, string>>): Promise<Accepted> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', await openAsBlob(path), fields['documentId'] ?? 'file');
    return this.call('POST', '/v1/documents', form);
  }

  ingestion(ingestionId: string): Promise<IngestionReport> {
    return this.call('GET', `/v1/ingestions/${ingestionId}`);
  }

  /** All that came out of an ingestion and was submitted so far, in no order. */
  children(ingestionId: string): Promise<Child[]> {
    const path = `/v1/ingestions/${ingestionId}/children`;
    return gatherPages(Infinity, (page) => this.call<ChildPage>('GET', `${path}?${new URLSearchParams(page)}`));
  }

  document(namespace: string, documentId: string, include?: string): Promise<Readonly<Record<string, unknown>>> {
    const query = new URLSearchParams({ namespace, ...(include === undefined ? {} : { include }) });
    return this.call('GET', `/v1/documents/${encodeURIComponent(documentId)}?${query}`);
  }

  retract(namespace: string, documentId: string): Promise<Accepted> {
    const query = new URLSearchParams({ namespace });
    return this.call('DELETE', `/v1/documents/${encodeURIComponent(documentId)}?${query}`);
  }

  search(body: Readonly<Record<string, unknown>>): Promise<SearchAnswer> {
    return this.call('POST', '/v1/search', JSON.stringify(body), { 'content-type': 'application/json' });
  }

  cancel(ingestionId: string): Promise<Accepted> {
    return this.call('DELETE', `/v1/ingestions/${encodeURIComponent(ingestionId)}`);
  }

  deadLetters(query: Readonly<Record<string, string>>): Promise<DeadLetterPage> {
    return this.call('GET', `/v1/dead-letters?${new URLSearchParams(query)}`);
  }

  deadLetter(id: string, include?: string): Promise<DeadLetter> {
    return this.call('GET', `/v1/dead-letters/${id}${include === undefined ? '' : `?include=${include}`}`);
  }

  acts(query: Readonly<Record<string, string>>): Promise<ActPage> {
    return this.call('GET', `/v1/admin/audit?${new URLSearchParams(query)}`);
  }

  usage(query: Readonly<Record<string, string>>): Promise<UsageAnswer> {
    return this.call('GET', `/v1/usage?${new URLSearchParams(query)}`);
  }

  calls(query: Readonly<Record<string, string>>): Promise<CallPage> {
    return this.call('GET', `/v1/usage/calls?${new URLSearchParams(query)}`);
  }

  budget(namespace: string): Promise<BudgetReport> {
    return this.call('GET', `/v1/budgets/${namespace}`);
  }

  setBudgets(namespace: string, budgets: readonly string[]): Promise<BudgetReport> {
    const headers = { 'content-type': 'application/json' };
    return this.call('PUT', `/v1/budgets/${namespace}`, JSON.stringify({ budgets }), headers);
  }

  replay(id: string): Promise<Replayed> {
    return this.call('POST', `/v1/dead-letters/${id}/replay`);
  }

  replayMany(filter: Readonly<Record<string, unknown>>): Promise<ReplayedMany> {
    const headers = { 'content-type': 'application/json' };
    return this.call('POST', '/v1/dead-letters/replay', JSON.stringify(filter), headers);
  }

  private async call<T>(
    method: string,
    path: string,
    body?: string | FormData,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await this.patiently(() => this.send(method, path, body, headers));
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answer as T;
    const { detail, reason } = (answer ?? {}) as { detail?: string; reason?: string };
    const message = detail ?? `the API answered ${response.status}`;
    const Failure = response.status >= 500 ? TransientFailure : PermanentFailure;
    throw new Failure(message, { reason: reason ?? 'refused' });
  }

  /** Who is told to come back later comes back later. */
  private async patiently(send: () => Promise<Response>): Promise<Response> {
    for (let turn = 1; ; turn += 1) {
      const response = await send();
      if (response.status !== 429 || turn === turnsMax) return response;
      await response.body?.cancel();
      await pause(Number(response.headers.get('retry-after') ?? 1) * 1000);
    }
  }

  private async send(
    method: string,
    path: string,
    body: string | FormData | undefined,
    headers: Record<string, string>,
  ): Promise<Response> {
    try {
      const signal = AbortSignal.timeout(requestTimeoutMs);
      const known = this.key === undefined ? headers : { ...headers, authorization: `Bearer ${this.key}` };
      return await fetch(`${this.url}${path}`, {
        method,
        headers: known,
        signal,
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      throw new TransientFailure(`no answer from ${this.url}; is \`penstock run\` or \`npm start\` running?`, {
        reason: 'api-unreachable',
        cause: error,
      });
    }
  }
}
