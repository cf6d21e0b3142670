import { eventually } from '../e2e/eventually.js';
import type { Answer, PenstockApi } from '../e2e/penstock-api.js';

/** `GET /v1/dead-letters/{id}`, as far as tests look at it. */
export interface LetterSeen {
  readonly id: string;
  readonly namespace: string | null;
  readonly documentId: string | null;
  readonly ingestionId: string | null;
  readonly event: string | null;
  readonly stage: string;
  readonly reason: string;
  readonly message: string;
  readonly topic: string;
  readonly key: string | null;
  readonly sizeBytes: number;
  readonly truncatedFromBytes: number | null;
  readonly replayedAt: string | null;
  readonly replayIngestionId: string | null;
  readonly history: readonly { readonly id: string; readonly reason: string; readonly ingestionId: string | null }[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: Readonly<Record<string, unknown>> | null;
  readonly value?: string;
}

export interface ReplaySeen {
  readonly id: string;
  readonly documentId: string | null;
  readonly ingestionId: string;
  readonly version: number | null;
}

/** The dead letters of the HTTP interface. */
export class LettersApi {
  constructor(private readonly api: PenstockApi) {}

  async list(query: Readonly<Record<string, string>>): Promise<readonly LetterSeen[]> {
    const { body, status } = await this.api.ask('GET', `/v1/dead-letters?${new URLSearchParams(query)}`);
    if (status !== 200) throw new Error(`dead letters: ${status} ${JSON.stringify(body)}`);
    return body['items'] as LetterSeen[];
  }

  /** The newest letter that matches and is not replayed yet, once there is one. */
  open(query: Readonly<Record<string, string>>): Promise<LetterSeen> {
    return eventually(`a dead letter of ${JSON.stringify(query)}`, async () =>
      (await this.list(query)).find(({ replayedAt }) => replayedAt === null),
    );
  }

  async show(id: string, include = ''): Promise<LetterSeen> {
    const { body } = await this.api.ask('GET', `/v1/dead-letters/${id}${include === '' ? '' : `?include=${include}`}`);
    return body as unknown as LetterSeen;
  }

  ask(id: string): Promise<Answer> {
    return this.api.ask('POST', `/v1/dead-letters/${id}/replay`);
  }

  async replay(id: string): Promise<ReplaySeen> {
    const { body, status } = await this.ask(id);
    if (status !== 202) throw new Error(`not replayed: ${status} ${JSON.stringify(body)}`);
    return body as unknown as ReplaySeen;
  }

  replayMany(filter: Readonly<Record<string, unknown>>): Promise<Answer> {
    return this.api.json('/v1/dead-letters/replay', filter);
  }
}
