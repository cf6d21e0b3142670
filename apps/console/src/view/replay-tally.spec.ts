import { describe, expect, it } from '@jest/globals';

import type { LetterSummary } from '../api/types.js';
import { letterName, nothingReplayed, openLetters, tallied, tallyText, toggled } from './replay-tally.js';

const aLetter = (id: string, facts: Partial<LetterSummary> = {}): LetterSummary => ({
  ...{ id, namespace: 'n', documentId: `document ${id}`, ingestionId: null, event: null, stage: 'parser' },
  ...{ reason: 'corrupt', message: 'm', failureType: 'permanent', attempts: 1, failedAt: '2026-11-28T10:00:00.000Z' },
  ...{ topic: 'topic', partition: 1, offset: 7, key: null, sizeBytes: 1, truncatedFromBytes: null },
  ...{ replayedAt: null, replayIngestionId: null, history: [], ...facts },
});
const replayed = (id: string) => ({ id, documentId: id, ingestionId: `i-${id}`, version: 2 });

describe('what came of replaying many letters', () => {
  it('adds up over the pages of an answer', () => {
    const first = tallied(nothingReplayed, { items: [replayed('a')], refused: [] }, []);
    const refused = [{ id: 'b', reason: 'newer-version', message: 'a newer one came' }];
    const second = tallied(first, { items: [replayed('c')], refused }, [aLetter('b')]);

    expect(second.replayed.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(second.refused).toEqual([{ id: 'b', name: 'document b', message: 'a newer one came' }]);
    expect([tallyText(first, true), tallyText(second, false), tallyText(nothingReplayed, false)]).toEqual([
      '1 letter replayed, going on…',
      '2 letters replayed, 1 refused.',
      '0 letters replayed.',
    ]);
  });

  it('calls a letter by its document, by its place, or by its id', () => {
    const refused = [{ id: 'far', reason: 'bytes-gone', message: 'gone' }];

    expect(letterName(aLetter('a'))).toBe('document a');
    expect(letterName(aLetter('a', { documentId: null }))).toBe('the record topic/1 at 7');
    expect(tallied(nothingReplayed, { items: [], refused }, [aLetter('a')]).refused[0]?.name).toBe('far');
  });
});

describe('a choice of letters', () => {
  it('is made of those that were not replayed', () => {
    const letters = [aLetter('a'), aLetter('b', { replayedAt: '2026-11-28T11:00:00.000Z' })];

    expect(openLetters(letters).map(({ id }) => id)).toEqual(['a']);
  });

  it('has one more or one less in it', () => {
    expect(toggled(new Set(['a']), 'b')).toEqual(new Set(['a', 'b']));
    expect(toggled(new Set(['a', 'b']), 'a')).toEqual(new Set(['b']));
  });
});
