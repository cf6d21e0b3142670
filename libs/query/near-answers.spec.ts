import { describe, expect, it } from '@jest/globals';

import { AnswerCache } from '#stores/reading';

import { NearAnswers } from './near-answers.js';

class Shared extends AnswerCache {
  readonly answers = new Map<string, string>();
  asked = 0;
  override get(key: string): Promise<string | undefined> {
    this.asked += 1;
    return Promise.resolve(this.answers.get(key));
  }
  override put(key: string, answer: string): Promise<void> {
    this.answers.set(key, answer);
    return Promise.resolve();
  }
}

function nearAnswers(): { readonly shared: Shared; readonly near: NearAnswers; readonly clock: { nowMs: number } } {
  const shared = new Shared();
  const clock = { nowMs: 0 };
  return { shared, clock, near: new NearAnswers(shared, { ttlMs: 1_000, nowMs: () => clock.nowMs }) };
}

describe('an answer that this process kept', () => {
  it('is found without asking for it, the last one of several, and by others as well', async () => {
    const { near, shared } = nearAnswers();
    await near.put('a', 'old');
    await near.put('a', 'new');

    expect([await near.get('a'), shared.asked, shared.answers.get('a')]).toEqual(['new', 0, 'new']);
  });

  it('is asked for once it may have expired', async () => {
    const { clock, near, shared } = nearAnswers();
    await near.put('a', 'mine');
    shared.answers.set('a', 'of another process');
    clock.nowMs = 1_000;

    expect([await near.get('a'), await near.get('b'), shared.asked]).toEqual(['of another process', undefined, 2]);
  });

  it('makes room for later ones, the one that nobody asked for longest first', async () => {
    const { near, shared } = nearAnswers();
    const long = 'x'.repeat(6 * 1024 * 1024);
    for (const key of ['a', 'b']) await near.put(key, long);
    await near.get('a');
    await near.put('c', long);

    for (const key of ['a', 'c']) await near.get(key);
    const before = shared.asked;
    await near.get('b');

    expect([before, shared.asked]).toEqual([0, 1]);
  });
});
