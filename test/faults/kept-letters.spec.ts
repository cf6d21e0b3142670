import { describe, expect, it } from '@jest/globals';

import type { SeenRecord } from '../chaos/read-topics.js';
import { keptProblems, type KeptLetter } from './kept-letters.js';

const place = { topic: 'submitted', partition: '3', offset: '7', stage: 'stager' };
const told = Object.fromEntries(Object.entries(place).map(([name, value]) => [`deadletter.${name}`, value]));
const sent: SeenRecord = {
  ...{ topic: 'dead-letter', partition: 3, offset: '0', key: 'space/doc', value: Buffer.from('bytes'), timestampMs: 0 },
  headers: { ce_id: 'one', ...told },
};
const kept: KeptLetter = {
  ...{ document: 'space/doc', place: 'submitted/3/7 of stager', key: Buffer.from('space/doc'), value: sent.value },
  headers: [['ce_id', Buffer.from('one').toString('base64')]],
};

describe('letters that are kept', () => {
  it('are those that were sent, once each, though they stand on the topic twice', () => {
    expect(keptProblems([sent, { ...sent, offset: '1' }], [kept])).toEqual([]);
    expect(keptProblems([], [])).toEqual([]);
  });

  it('are neither lost nor doubled, nor made up', () => {
    expect(keptProblems([sent], [])).toEqual(['I12 submitted/3/7 of stager is a dead letter, and is not kept']);
    expect(keptProblems([sent], [kept, kept])).toEqual(['I12 submitted/3/7 of stager is kept 2 times']);
    expect(keptProblems([], [kept])).toEqual(['I12 submitted/3/7 of stager is kept, and no letter']);
  });

  it('are whole: key, value and headers', () => {
    const problem = ['I12 submitted/3/7 of stager is kept otherwise than it was sent'];

    expect(keptProblems([sent], [{ ...kept, value: Buffer.from('byte') }])).toEqual(problem);
    expect(keptProblems([sent], [{ ...kept, key: null }])).toEqual(problem);
    expect(keptProblems([sent], [{ ...kept, headers: [] }])).toEqual(problem);
  });
});
