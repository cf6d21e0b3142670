import { beforeEach, describe, expect, it } from '@jest/globals';

import type { DeadLetterReplay } from '#dead-letters';
import { createLogger } from '#telemetry';
import { MemoryUsageBook, parseBudget } from '#usage';

import { ReplayUnpaid } from './replay-unpaid.js';

type Asked = readonly [namespace: string, cursor: string | undefined];
let book: MemoryUsageBook;
let open: Map<string, number[]>;
let asked: Asked[];

beforeEach(() => {
  [book, open, asked] = [new MemoryUsageBook(), new Map(), []];
});

const letters = { unpaidNamespaces: () => Promise.resolve([...open.keys()]) };
/** Refuses letters with odd numbers, which stay. */
const replay: Pick<DeadLetterReplay, 'replayMany'> = {
  replayMany: ({ namespaces, reason }, limit, cursor) => {
    const [namespace = ''] = namespaces ?? [];
    asked.push([namespace, cursor]);
    expect(reason).toBe('budget-exhausted');
    const all = open.get(namespace) ?? [];
    const found = all.filter((seq) => seq > Number(cursor ?? -1)).slice(0, limit);
    const items = found
      .filter((seq) => seq % 2 === 0)
      .map((seq) => ({ id: String(seq), documentId: null, ingestionId: null, version: null }));
    const left = all.filter((seq) => seq % 2 === 1 || !found.includes(seq));
    if (left.length > 0) open.set(namespace, left);
    else open.delete(namespace);
    return Promise.resolve({ items, refused: [], ...(found.length === limit && { nextCursor: String(found.at(-1)) }) });
  },
};
const unpaid = (): ReplayUnpaid =>
  new ReplayUnpaid({ letters, replay, book, rules: { defaultBudgets: [] }, log: createLogger('silent') });

describe('what was given up as its budget was used up', () => {
  it('is replayed once there is money, and not before', async () => {
    const call = { documentId: null, ingestionId: null, model: 'm', purpose: 'extraction', outcome: 'answered' };
    open.set('poor', [0, 2]).set('rich', [4]);
    for (const namespace of ['poor', 'rich']) {
      book.budgets.set(namespace, [parseBudget(namespace === 'poor' ? '10tokens/day' : '100tokens/day')]);
      await book.record({ callId: namespace, ...call, namespace, promptTokens: 8, completionTokens: 2, costUsd: null });
    }
    const turns = unpaid();

    await turns.turn();
    expect([...open.keys()]).toEqual(['poor']);
    book.budgets.set('poor', [parseBudget('20tokens/day')]);
    await turns.turn();

    expect([...open.keys()]).toEqual([]);
  });

  it('is replayed a few at a time, and what is refused does not keep others from it', async () => {
    open.set(
      'rich',
      Array.from({ length: 120 }, (_, i) => (i < 100 ? 2 * i + 1 : 2 * i)),
    );
    const turns = unpaid();

    for (let turn = 0; turn < 4; turn += 1) await turns.turn();

    expect(asked).toEqual([
      ['rich', undefined],
      ['rich', '99'],
      ['rich', '199'],
      ['rich', undefined],
    ]);
    expect(open.get('rich')).toHaveLength(100);
  });
});
