import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';

import { anIngestion, ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { createQdrantClient, QdrantStoreWriter } from './index.js';

const signal = new AbortController().signal;
const options = { embeddingModel: 'hash/8', dimensions: 8, prefix: `crash-${randomUUID()}` };
const client = createQdrantClient({ url: testStack().qdrant });
const writer = new QdrantStoreWriter(client, options);
const namespace = 'crash';
const mostRequests = 30;

type Verb = (by: QdrantStoreWriter) => Promise<unknown>;
type Loss = 'request' | 'answer';

/** A writer whose n-th request is lost: it never arrives, or it is done and its answer never arrives. */
function writerThatLoses(nth: number, loss: Loss): { by: QdrantStoreWriter; lost: () => boolean } {
  let requests = 0;
  const spoiled = new Set<string | symbol>(['batchUpdate', 'retrieve', 'scroll', 'facet']);
  const spoil = (target: QdrantClient, name: string | symbol): unknown => {
    const method: unknown = Reflect.get(target, name);
    if (typeof method !== 'function' || !spoiled.has(name)) return method;
    return async (...parameters: unknown[]): Promise<unknown> => {
      requests += 1;
      const isLost = requests === nth;
      if (isLost && loss === 'request') throw new TypeError('fetch failed');
      const answer: unknown = await Reflect.apply(method, target, parameters);
      if (isLost) throw new TypeError('fetch failed');
      return answer;
    };
  };
  const by = new QdrantStoreWriter(new Proxy(client, { get: spoil }), options);
  return { by, lost: () => requests >= nth };
}

/** Runs a verb again and again, each time on fresh documents and with the next of its requests lost. */
async function everyRequestLost(loss: Loss, round: (documentId: string) => Promise<{ verb: Verb; check: Verb }>) {
  for (let nth = 1; nth <= mostRequests; nth += 1) {
    const { verb, check } = await round(`${loss}-${randomUUID()}`);
    const { by, lost } = writerThatLoses(nth, loss);
    const failure = await verb(by).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!lost()) {
      expect(failure).toBeUndefined();
      expect(nth).toBeGreaterThan(3);
      return;
    }
    expect(failure).toBeInstanceOf(TransientFailure);
    await verb(writer);
    await check(writer);
  }
  throw new Error('the verb never came to its end');
}

/** ingestion_id and live of every point of a document. */
async function stored(documentId: string): Promise<string[]> {
  const filter = { must: [{ key: 'document_id', match: { value: documentId } }] };
  const { documents, chunks } = writer.collections;
  const pages = await Promise.all([documents, chunks].map((name) => client.scroll(name, { filter, limit: 100 })));
  const points = pages.flatMap((page) => page.points.map(({ payload }) => payload));
  return points.map((payload) => `${String(payload?.['ingestion_id'])} ${String(payload?.['live'])}`).sort();
}

/** Ingestions that are shown of a document. */
async function shown(documentId: string): Promise<string[]> {
  return (await stored(documentId)).filter((point) => point.endsWith(' true'));
}

const version = (documentId: string, number: number) =>
  anIngestion({ namespace, documentId, version: number }).withParts(2).build();
const whole = (parts: ReturnType<typeof version>, live: boolean): string[] =>
  Array.from({ length: 5 }, () => `${ref(parts).ingestionId} ${String(live)}`);
const write = (by: QdrantStoreWriter, ...parts: ReturnType<typeof version>) =>
  by.writePending({ parts, receipts: [], signal });

beforeAll(() => writer.prepare());

afterAll(async () => {
  for (const name of [writer.collections.documents, writer.collections.chunks, writer.collections.state]) {
    await client.deleteCollection(name);
  }
});

describe.each(['request', 'answer'] as const)('a run that lost any one %s', (loss) => {
  it('of writePending is completed by the next', async () => {
    await everyRequestLost(loss, async (documentId) => {
      const parts = version(documentId, 1);
      return Promise.resolve({
        verb: (by) => write(by, ...parts),
        check: async () => expect(await stored(documentId)).toEqual(whole(parts, false)),
      });
    });
  });

  it('of promote is completed by the next', async () => {
    await everyRequestLost(loss, async (documentId) => {
      const [v1, v2] = [version(documentId, 1), version(documentId, 2)];
      await write(writer, ...v1, ...v2);
      await writer.promote([ref(v1)], signal);
      return {
        verb: async (by) => expect(await by.promote([ref(v2)], signal)).toMatchObject([{ state: 'live' }]),
        check: async (by) => {
          expect(await stored(documentId)).toEqual(whole(v2, true));
          expect(await by.states([ref(v1), ref(v2)], signal)).toEqual(['replaced', 'live']);
        },
      };
    });
  });

  it('of promote leaves a version to see, also when the one before is promoted again first', async () => {
    await everyRequestLost(loss, async (documentId) => {
      const [v1, v2] = [version(documentId, 1), version(documentId, 2)];
      await write(writer, ...v1, ...v2);
      await writer.promote([ref(v1)], signal);
      return {
        // After a failure the batch begins anew: what it had done before is done again before what failed.
        verb: async (by) => {
          if (by === writer) {
            await by.promote([ref(v1)], signal);
            expect([...new Set(await shown(documentId))]).toHaveLength(1);
          }
          await by.promote([ref(v2)], signal);
        },
        check: async (by) => {
          expect(await stored(documentId)).toEqual(whole(v2, true));
          expect(await by.states([ref(v1), ref(v2)], signal)).toEqual(['replaced', 'live']);
        },
      };
    });
  });

  it('of a promotion that comes too late is completed by the next', async () => {
    await everyRequestLost(loss, async (documentId) => {
      const [v1, v2] = [version(documentId, 1), version(documentId, 2)];
      await write(writer, ...v1, ...v2);
      await writer.promote([ref(v2)], signal);
      return {
        verb: async (by) =>
          expect(await by.promote([ref(v1)], signal)).toEqual([{ state: 'superseded', replaced: [] }]),
        check: async () => expect(await stored(documentId)).toEqual(whole(v2, true)),
      };
    });
  });

  it('of compensate is completed by the next', async () => {
    await everyRequestLost(loss, async (documentId) => {
      const [v1, v2] = [version(documentId, 1), version(documentId, 2)];
      await write(writer, ...v1, ...v2);
      await writer.promote([ref(v1)], signal);
      return {
        verb: async (by) => expect(await by.compensate([ref(v2)], signal)).toMatchObject([{ state: 'compensated' }]),
        check: async () => expect(await stored(documentId)).toEqual(whole(v1, true)),
      };
    });
  });

  it('of retract is completed by the next', async () => {
    await everyRequestLost(loss, async (documentId) => {
      const [v1, v2, v3] = [version(documentId, 1), version(documentId, 2), version(documentId, 3)];
      await write(writer, ...v1, ...v2, ...v3);
      await writer.promote([ref(v1)], signal);
      return {
        verb: (by) => by.retract([ref(v2)], signal),
        check: async (by) => {
          expect(await stored(documentId)).toEqual(whole(v3, false));
          expect(await by.states([ref(v1), ref(v2), ref(v3)], signal)).toEqual(['retracted', 'retracted', 'pending']);
        },
      };
    });
  });
});

describe('a connection that the server closes', () => {
  let server: Server;
  afterAll(() => void server.close());

  it('is replaced once without anybody noticing', async () => {
    let requests = 0;
    server = createServer((request, response) => {
      requests += 1;
      if (requests === 1) request.socket.destroy();
      else response.setHeader('content-type', 'application/json').end('{"result":[],"status":"ok","time":0}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const fickle = new QdrantStoreWriter(createQdrantClient({ url: `http://127.0.0.1:${port}` }), options);

    expect(await fickle.states([ref(version('any', 1))], signal)).toEqual([undefined]);
    expect(requests).toBe(2);
  });
});
