import { describe, expect, it } from '@jest/globals';

import { cellsNamed, type Cell } from './cells.js';
import { answerProblems, type Answered } from './expect-answers.js';

const cell = (name: string): Cell => cellsNamed(name)[0] as Cell;
const put = cell('api/P3/create/kill/twice');
const promised = (...ids: string[]): Answered => ({
  promised: ids.map((ingestionId) => ({ ingestionId, version: 1 })),
  refusals: [],
});
const made = (...ids: string[]) => ids.map((ingestionId) => ({ ingestionId, kind: 'ingestion' }));
const gone = (...ids: string[]) => ids.map((ingestionId) => ({ ingestionId, kind: 'retraction' }));
const said = (type: string, ...ids: string[]) => ids.map((ingestionId) => ({ type, payload: { ingestionId } }));

describe('what an API answers to one request', () => {
  it('is one ingestion, however often it was sent', () => {
    const log = said('DocumentSubmitted', 'a');

    expect(answerProblems(put, promised('a', 'a'), made('a'), log)).toEqual([]);
    expect(answerProblems(put, promised('a', 'b'), made('a'), log)).toHaveLength(2);
    expect(answerProblems(put, promised('a'), made('a', 'b'), [...log, ...said('DocumentSubmitted', 'b')])).toEqual([
      'I17 the ledger holds 2 of one thing: a b',
    ]);
  });

  it('may not be made by halves', () => {
    expect(answerProblems(put, promised('a'), [], [])).toContain(
      'I5 a was promised, and the ledger has never heard of it',
    );
    expect(answerProblems(put, promised('a'), made('a'), [])).toEqual([
      'I11 DocumentSubmitted of a stands on the log 0 times',
    ]);
    expect(answerProblems(put, promised(), made('a'), said('DocumentSubmitted', 'a'))).toEqual([
      'I5 nobody heard of an end',
    ]);
  });

  it('may be several deletions, each said once', () => {
    const deletion = cell('api/P4/delete/permanent/once');
    const log = said('DocumentRetracted', 'a', 'b');

    expect(answerProblems(deletion, promised('b'), gone('a', 'b'), log)).toEqual([]);
    expect(answerProblems(deletion, promised('b'), gone('a', 'b'), log.slice(1))).toHaveLength(1);
  });

  it('leaves nothing where it is a refusal, and is none where nothing went wrong for good', () => {
    const refused = cell('api/P2/update/permanent/once');
    const refusal = { promised: [], refusals: ['400 failpoint'] };

    expect(answerProblems(refused, refusal, [], [])).toEqual([]);
    expect(answerProblems(refused, refusal, made('a'), [])).toEqual(['I6 it was refused, and the ledger holds a']);
    expect(answerProblems(put, refusal, [], [])).toContain('I5 it was refused: 400 failpoint');
  });
});
