import { jsonOf, noAnswer, problemOf, type RequestProblem } from './problem.js';
import { eventsOf } from './server-sent-events.js';
import type {
  Accepted,
  Board,
  Ingestion,
  IngestionQuery,
  LetterQuery,
  Lists,
  Neighbourhood,
  Question,
  Replayed,
  ReplayedMany,
  ReplayQuery,
  SearchAnswer,
} from './types.js';
import { sendForm } from './send-form.js';

export interface ClientOptions {
  /** The key or token that requests carry, if there is one. */
  readonly key: () => string | null;
  /** Called when the API wants a key, or another one. */
  readonly onUnauthorized: () => void;
}

type Parameters = Readonly<Record<string, string | number | undefined>>;

/** The HTTP interface of Penstock. Every method throws RequestProblem. */
export class Client {
  constructor(private readonly options: ClientOptions) {}

  ingestions(query: IngestionQuery, signal?: AbortSignal): Promise<Lists['ingestions']> {
    return this.json('GET', `/v1/ingestions${queryOf({ ...query })}`, { signal });
  }

  ingestion(id: string, signal?: AbortSignal): Promise<Ingestion> {
    return this.json('GET', `/v1/ingestions/${encodeURIComponent(id)}`, { signal });
  }

  cancel(id: string): Promise<Accepted> {
    return this.json('DELETE', `/v1/ingestions/${encodeURIComponent(id)}`);
  }

  letters(query: LetterQuery, signal?: AbortSignal): Promise<Lists['letters']> {
    return this.json('GET', `/v1/dead-letters${queryOf({ ...query })}`, { signal });
  }

  replay(id: string): Promise<Replayed> {
    return this.json('POST', `/v1/dead-letters/${encodeURIComponent(id)}/replay`);
  }

  /** Those that match and were not replayed yet, oldest first. */
  replayMany(query: ReplayQuery): Promise<ReplayedMany> {
    return this.json('POST', '/v1/dead-letters/replay', { body: query });
  }

  audits(signal?: AbortSignal): Promise<Lists['audits']> {
    return this.json('GET', '/v1/audits', { signal });
  }

  search(question: Question, signal?: AbortSignal): Promise<SearchAnswer> {
    return this.json('POST', '/v1/search', { body: question, signal });
  }

  graph(namespace: string, uuid: string, depth: number, signal?: AbortSignal): Promise<Neighbourhood> {
    const path = `/v1/entities/${encodeURIComponent(uuid)}/graph`;
    return this.json('GET', `${path}${queryOf({ namespace, depth, limit: 40 })}`, { signal });
  }

  upload(form: FormData, onSent: (share: number) => void): Promise<Accepted> {
    return sendForm('/v1/documents', form, { headers: this.headers(), onSent }).catch((error: unknown) => {
      throw this.heard(error as RequestProblem);
    });
  }

  /** Boards as they come, until the signal or the server ends them. */
  async *boards(signal: AbortSignal): AsyncGenerator<Board> {
    const response = await this.ask('/v1/events', { headers: this.headers(), signal });
    for await (const { name, data } of eventsOf(response.body)) {
      if (name === 'board') yield JSON.parse(data) as Board;
    }
  }

  private async json<T>(
    method: string,
    path: string,
    { body, signal }: { readonly body?: unknown; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    const headers = { ...this.headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const init: RequestInit = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await this.ask(path, { ...init, ...(signal === undefined ? {} : { signal }) });
    return jsonOf(await response.text()) as T;
  }

  /** The answer, if it is a good one. */
  private async ask(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(path, { ...init, credentials: 'same-origin' }).catch((error: unknown) => {
      throw (error as Error).name === 'AbortError' ? error : noAnswer();
    });
    if (response.ok) return response;
    throw this.heard(problemOf(response.status, jsonOf(await response.text())));
  }

  private heard(problem: RequestProblem): RequestProblem {
    if (problem.status === 401) this.options.onUnauthorized();
    return problem;
  }

  private headers(): Record<string, string> {
    const key = this.options.key();
    return key === null ? {} : { authorization: `Bearer ${key}` };
  }
}

function queryOf(parameters: Parameters): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length === 0 ? '' : `?${query.toString()}`;
}
