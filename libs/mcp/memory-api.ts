import { PermanentFailure, TransientFailure } from '#failure';

/** A JSON object as the API gives it. */
export type Json = Readonly<Record<string, unknown>>;

export interface MemoryApiOptions {
  /** Where the API listens, e.g. `http://127.0.0.1:7070`. */
  readonly url: string;
  readonly timeoutMs?: number;
  /** Key or token that is sent along. */
  readonly credentials?: string | undefined;
}

const timeoutMsDefault = 60_000;

/** The HTTP interface of Penstock, as the tools use it: what a tool may do is what a caller of the API may do. */
export class MemoryApi {
  constructor(private readonly options: MemoryApiOptions) {}

  get(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<Json> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(Object.fromEntries(given.map(([key, value]) => [key, String(value)])));
    return this.send('GET', `${path}${given.length === 0 ? '' : `?${search}`}`);
  }

  post(path: string, body: Json): Promise<Json> {
    return this.send('POST', path, JSON.stringify(body));
  }

  delete(path: string, query: Readonly<Record<string, string>>): Promise<Json> {
    return this.send('DELETE', `${path}?${new URLSearchParams(query)}`);
  }

  /** @throws PermanentFailure with what the API says is wrong, TransientFailure if it can't be reached. */
  private async send(method: string, path: string, body?: string): Promise<Json> {
    const { url, credentials, timeoutMs = timeoutMsDefault } = this.options;
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(credentials === undefined ? {} : { authorization: `Bearer ${credentials}` }),
    };
    const init = { method, headers, signal: AbortSignal.timeout(timeoutMs), ...(body === undefined ? {} : { body }) };
    const response = await fetch(`${url}${path}`, init).catch((cause: unknown) => {
      throw new TransientFailure(`no answer from ${url}; is \`penstock run\` running?`, { reason: 'api-away', cause });
    });
    const answer = (await response.json().catch(() => ({}))) as Json;
    if (response.ok) return answer;
    const message = String(answer['detail'] ?? `the API answered ${response.status}`);
    const reason = String(answer['reason'] ?? 'refused');
    throw response.status >= 500
      ? new TransientFailure(message, { reason })
      : new PermanentFailure(message, { reason });
  }
}
