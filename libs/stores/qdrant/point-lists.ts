import type { Schemas } from '@qdrant/js-client-rest';
import { Agent, request, type Dispatcher } from 'undici';

import { connectionsMax, requestTimeoutMs, type QdrantAddress } from './client.js';

/** The port that Qdrant's own client takes for an address without one. */
const portOtherwise = '6333';

type Query = Schemas['QueryRequest'];
type Answer = Schemas['QueryResponse'];

/**
 * Asks for lists of points. Qdrant's own client looks at every value it reads for an integer of more than 53 bits,
 * which takes longer than all the rest for lists of hundreds of points, and none of these holds one.
 */
export class PointLists {
  private readonly agent = new Agent({
    ...{ connections: connectionsMax, headersTimeout: requestTimeoutMs, bodyTimeout: requestTimeoutMs },
  });
  private readonly base: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor({ url, apiKey }: QdrantAddress) {
    const { protocol, hostname, port } = new URL(url);
    this.base = `${protocol}//${hostname}:${port === '' ? portOtherwise : port}`;
    const key = apiKey === undefined || apiKey === '' ? {} : { 'api-key': apiKey };
    this.headers = { 'content-type': 'application/json', ...key };
  }

  /** A list for each query, by one request. @throws what `qdrantFailure` classifies. */
  async of(collection: string, searches: readonly Query[]): Promise<Answer[]> {
    const answer = await request(`${this.base}/collections/${encodeURIComponent(collection)}/points/query/batch`, {
      ...{ method: 'POST', dispatcher: this.agent, headers: this.headers },
      body: JSON.stringify({ searches }),
    });
    if (answer.statusCode !== 200) throw await refusal(answer);
    return ((await answer.body.json()) as { readonly result: Answer[] }).result;
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}

/** An error in the form of those that the client throws. */
async function refusal({ statusCode: status, headers, body }: Dispatcher.ResponseData): Promise<Error> {
  const text = await body.text();
  const data: unknown = text.startsWith('{') ? JSON.parse(text) : text;
  const wait = Number(headers['retry-after']);
  const later = status === 429 && wait > 0 ? { retry_after: wait } : {};
  return Object.assign(new Error(`status ${status}`), { status, data, ...later });
}
