import { describe, expect, it } from '@jest/globals';

import { allCells, cellsNamed, type Cell } from './cells.js';
import { givesUp, letterProblems, type LetterSeen, type Place } from './expect-letters.js';

const cell = (name: string): Cell => cellsNamed(name)[0] as Cell;
const staged = (offset: string): Place => ({ topic: 'staged', partition: 3, offset });

function aLetter(offset: string, group = 'penstock.parser'): LetterSeen {
  const place = { 'deadletter.topic': 'staged', 'deadletter.partition': '3', 'deadletter.offset': offset };
  return { headers: { ...place, 'deadletter.group': group } };
}

describe('the dead letters of a cell', () => {
  const refused = cell('parser/P1/create/permanent/twice');
  const taken = [staged('7'), staged('8')];

  it('are one for each record that a stage refuses', () => {
    expect(letterProblems(refused, [aLetter('7'), aLetter('8')], taken)).toEqual([]);
  });

  it('may not be lost', () => {
    const later = cell('parser/P3/create/permanent/twice');

    expect(letterProblems(refused, [aLetter('7')], taken)).toEqual([
      'I12 staged/3/8 of penstock.parser was refused, and is no dead letter',
    ]);
    expect(letterProblems(refused, [aLetter('7')], [])).toEqual(['I12 parser took nothing in that it could refuse']);
    expect(letterProblems(later, [], taken)).toEqual(['I12 parser gave up, and there is no dead letter']);
    expect(letterProblems(later, [aLetter('7')], taken)).toEqual([]);
  });

  it('may not be doubled, at whatever point', () => {
    const problem = 'I12 staged/3/7 of penstock.parser: 2 letters';

    for (const point of ['P1', 'P3', 'P5']) {
      const letters = [aLetter('7'), aLetter('8'), aLetter('7')];
      expect(letterProblems(cell(`parser/${point}/update/permanent/twice`), letters, taken)).toEqual([problem]);
    }
  });

  it('are of who refused, and of nobody where nothing was refused', () => {
    const stray = 'I12 staged/3/7 of penstock.parser is a dead letter, but was not refused';

    for (const name of ['parser/P2/create/kill/once', 'ledger/P2/update/permanent/once', 'parser/P3/delete/stall/once'])
      expect(letterProblems(cell(name), [aLetter('7')], taken)).toEqual([stray]);
    expect(letterProblems(cell('extractor/P5/create/permanent/once'), [aLetter('7')], [])).toEqual([stray]);
  });

  it('are of the writer that refuses where another one undoes, whatever befalls that one', () => {
    const undone = cell('writer-qdrant/P6/create/kill/once');

    expect(letterProblems(undone, [aLetter('7', 'penstock.writer-redis')], [])).toEqual([]);
    expect(letterProblems(undone, [], [])).toEqual(['I12 writer-redis gave up, and there is no dead letter']);
    expect(givesUp(cell('writer-redis/P7/update/stall/twice'))).toBe('writer-postgres');
    expect(givesUp(cell('writer-redis/P7/delete/stall/twice'))).toBeUndefined();
  });

  it('can be none of what may have ended before it is handled again', () => {
    expect(letterProblems(cell('extractor/P5/create/permanent/twice'), [], taken)).toEqual([]);
    expect(letterProblems(cell('parser/P4/delete/permanent/twice'), [], taken)).toEqual([]);
    expect(letterProblems(cell('parser/P4/update/permanent/twice'), [], taken)).toHaveLength(1);
  });

  it('stand on their topic as often as they are delivered where they are kept', () => {
    const letters = [aLetter('7', 'penstock.stager'), aLetter('7', 'penstock.stager')];

    expect(letterProblems(cell('dead-letters/P1/create/kill/twice'), letters, [])).toEqual([]);
    expect(letterProblems(cell('dead-letters/P1/create/kill/once'), letters, [])).toHaveLength(1);
    expect(letterProblems(cell('dead-letters/P1/create/kill/once'), [], [])).toHaveLength(1);
  });

  it('come of no deletion, unless it overtakes an update, or the janitor gives up what follows it', () => {
    const deletions = allCells().filter(({ operation }) => operation === 'delete');
    const giving = new Set(deletions.map(givesUp).filter((role) => role !== undefined));

    expect([...giving].toSorted()).toEqual(['embedder', 'extractor', 'janitor', 'parser', 'stager']);
  });

  it('come of rows that the log refuses, which lay in no partition', () => {
    const headers = { 'deadletter.topic': 'submitted', 'deadletter.offset': '5', 'deadletter.group': 'penstock.relay' };
    const relay = cell('relay/P2/create/permanent/once');

    expect(letterProblems(relay, [{ headers }], [])).toEqual([]);
    expect(letterProblems(relay, [{ headers }, { headers }], [])).toEqual([
      'I12 submitted/outbox/5 of penstock.relay: 2 letters',
    ]);
  });
});
