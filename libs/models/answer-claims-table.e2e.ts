import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';

import { createPool, migrate } from '#database';

import { answerClaimsContract } from './answer-claims.contract.js';
import { AnswerClaimsTable, claimsMigrations } from './answer-claims-table.js';
import { answersMigrations, AnswersTable } from './answers-table.js';
import { answerId, contentHash } from './answers.js';
import { EmbedOnce } from './embed-once.js';
import { ExtractOnce } from './extract-once.js';
import type { ChunkText } from './extraction-model.js';
import { embeddingBatches } from './openai/embedding-batches.js';
import { openAi } from './openai/openai-rig.contract.js';

const stack = JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres?: string };
const options = { signal: new AbortController().signal };
const asking = { parallel: 4, sliceMs: 30_000 };
const running = openAi(beforeEach, afterEach);
let pools: Pool[];

beforeAll(async () => {
  const { postgres } = stack;
  if (!postgres) throw new Error('PENSTOCK_TEST_STACK names no PostgreSQL');
  pools = ['one', 'two'].map((name) => createPool(postgres, { name: `claims-test-${name}`, max: 6 }));
  await migrate(poolOf(0), [...answersMigrations, ...claimsMigrations]);
});

afterAll(() => Promise.all(pools.map((pool) => pool.end())));

let opened = 0;
answerClaimsContract('AnswerClaimsTable', (leaseMs) => new AnswerClaimsTable(poolOf((opened += 1) % 2), leaseMs));

function poolOf(process: number): Pool {
  const pool = pools[process];
  if (pool === undefined) throw new Error(`there is no process ${process}`);
  return pool;
}

function extractor(process: number): ExtractOnce {
  const [pool, model] = [poolOf(process), running.rig.extraction()];
  const claims = new AnswerClaimsTable(pool);
  return new ExtractOnce(model, new AnswersTable(pool), { ...asking, claims, textsPerGroup: 1 });
}

function embedder(process: number): EmbedOnce {
  const pool = poolOf(process);
  const batchesOf = <T>(items: readonly T[], textOf: (item: T) => string): { readonly items: readonly T[] }[] =>
    embeddingBatches(items, textOf, { tokensMax: 1000, textsMax: 4 });
  const claims = new AnswerClaimsTable(pool);
  return new EmbedOnce(running.rig.embedding(), new AnswersTable(pool), { ...asking, claims, batchesOf });
}

const aChunk = (): ChunkText => ({ text: `${randomUUID()} Globex Corporation knows Initech.` });

/** Claims the question about a passage as a process does that dies then. @returns whether it could. */
async function claimAndDie({ text }: ChunkText, leaseMs: number): Promise<boolean> {
  const { id: model, version } = running.rig.extraction();
  const id = answerId({ contentHash: contentHash(text), model, version, kind: 'extraction' });
  return (await new AnswerClaimsTable(poolOf(0), leaseMs).claim([id], randomUUID())).has(id);
}

describe('two processes that ask the same at the same moment', () => {
  it('pay for a passage once, and have one answer', async () => {
    const chunk = aChunk();
    running.server.delayMs = 400;

    const found = await Promise.all([0, 1].map((process) => extractor(process).extract([chunk], options)));

    expect(running.server.chats).toHaveLength(1);
    const [first, second] = found.flat();
    expect(second?.entities).toEqual(first?.entities);
    expect([first, second].filter((one) => (one?.usage.promptTokens ?? 0) > 0)).toHaveLength(1);
    expect(await claimAndDie(chunk, 1)).toBe(true);
  });

  it('pay for each text of their batches once, whatever order these have', async () => {
    const texts = Array.from({ length: 10 }, () => randomUUID());
    running.server.delayMs = 200;

    const [first, second] = await Promise.all([
      embedder(0).embed(texts, options),
      embedder(1).embed(texts.toReversed(), options),
    ]);

    expect(running.server.embeddings.flatMap(({ input }) => input).sort()).toEqual(texts.toSorted());
    expect(second.vectors.toReversed()).toEqual(first.vectors);
  });

  it('do not wait for one that has died', async () => {
    const chunk = aChunk();
    expect(await claimAndDie(chunk, 300)).toBe(true);

    const [found] = await extractor(1).extract([chunk], options);

    expect(running.server.chats).toHaveLength(1);
    expect(found?.usage.promptTokens).toBeGreaterThan(0);
  });
});
