import { describe, expect, it } from '@jest/globals';

import { mayWait } from './may-wait.js';

type Seen = Parameters<typeof mayWait>[0];

/** One of three parts is with the embedder. */
const open: Seen = {
  ...{ concludedAt: null, error: null },
  counts: { parts: 3, chunks: 9, entities: 0, facts: 0, mentions: 0 },
  partsDone: { parsed: 3, extracted: 3, embedded: 2 },
};
const doneOf = (parsed: number, extracted: number, embedded: number): Seen => ({
  ...open,
  partsDone: { parsed, extracted, embedded },
});

describe('an ingestion that may wait for a model', () => {
  it('has a part that is parsed and not embedded, whatever the others are at', () => {
    expect([doneOf(1, 0, 0), doneOf(3, 0, 0), doneOf(3, 3, 0), open].map(mayWait)).toEqual([true, true, true, true]);
  });

  it('is none before it is parsed, and none once all of it is embedded', () => {
    const unread = { ...doneOf(0, 0, 0), counts: { ...open.counts, parts: 0 } };

    expect([unread, doneOf(3, 3, 3)].map(mayWait)).toEqual([false, false]);
  });

  it('is none that was given up or has ended, though a part of it never came further', () => {
    const error = { reason: 'cancelled', message: 'cancelled', role: 'cancel' };

    expect(mayWait({ ...open, error })).toBe(false);
    expect(mayWait({ ...open, concludedAt: '2026-11-28T10:00:00.000Z' })).toBe(false);
  });
});
