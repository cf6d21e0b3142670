import { describe, expect, it } from '@jest/globals';

import { doubtsMax, namesInDoubt } from './names-in-doubt.js';
import { shortNames, type WrittenName } from './short-names.js';

/** By name in doubt: its candidates. Names are given as `Person|J. Smith`. */
function doubts(...given: readonly string[]): Record<string, string[]> {
  const names = given.map((one): WrittenName => ({ type: one.split('|')[0] ?? '', name: one.split('|')[1] ?? '' }));
  const found = namesInDoubt(names, shortNames(names, []));
  return Object.fromEntries(found.map(({ name, candidates }) => [name, candidates.map((one) => one.name)]));
}

describe('names that rules leave in doubt', () => {
  it.each([
    [['Person|J. Smith', 'Person|John Smith', 'Person|Jane Smith'], { 'J. Smith': ['John Smith', 'Jane Smith'] }],
    [['Person|Dr. Jane Doe', 'Person|Jane Doe'], { 'Dr. Jane Doe': ['Jane Doe'] }],
    [['Person|Mr. Smith', 'Person|John Smith'], { 'Mr. Smith': ['John Smith'] }],
    [['Person|J. Smith', 'Person|Sir John Smith'], { 'J. Smith': ['Sir John Smith'] }],
    [['Person|Rob Miller', 'Person|Robert Miller'], { 'Rob Miller': ['Robert Miller'] }],
    [
      ['Organization|IBM', 'Organization|International Business Machines Corporation'],
      { IBM: ['International Business Machines Corporation'] },
    ],
    [['Location|U.S.', 'Location|United States'], { 'U.S.': ['United States'] }],
    [['Organization|Goldman', 'Organization|Goldman Sachs'], { Goldman: ['Goldman Sachs'] }],
    [['Organization|Bolt', 'Organization|Bolt Inc.', 'Organization|Bolt Ltd.'], { Bolt: ['Bolt Inc.', 'Bolt Ltd.'] }],
  ])('are asked about: %j', (names, expected) => {
    expect(doubts(...names)).toEqual(expected);
  });

  it.each([
    [['Person|J. Smith', 'Person|John Smith']],
    [['Organization|ACME', 'Organization|ACME Corporation']],
    [['Person|John Smith', 'Person|Jane Smith']],
    [['Person|John Smith', 'Person|John Doe']],
    [['Organization|IBM', 'Product|International Business Machines']],
    [['Organization|Bolt Inc.', 'Organization|Bolt Ltd.']],
    [['Location|New', 'Location|New York']],
    [['Date|2026', 'Date|2026 November']],
    [['Organization|a', `Organization|a ${'b'.repeat(200)}`]],
  ])('are not asked about where rules decide, or nothing speaks for it: %j', (names) => {
    expect(doubts(...names)).toEqual({});
  });

  it('never lead back to where they came from', () => {
    const names = [
      'Smith',
      'Dr. Smith',
      'J. Smith',
      'Dr. J. Smith',
      'John Smith',
      'Jo Smith',
      'Dr. John Smith',
      'Sir Smith',
    ]
      .concat('John Q. Smith', 'Jane Smith', 'Joh Smith', 'Prof. Jane Smith')
      .map((name) => `Person|${name}`);
    const graph = doubts(...names);
    const reaches = (from: string, to: string, left = names.length): boolean =>
      left > 0 && (graph[from] ?? []).some((next) => next === to || reaches(next, to, left - 1));

    expect(Object.keys(graph).length).toBeGreaterThan(5);
    expect(Object.keys(graph).filter((name) => reaches(name, name))).toEqual([]);
  });

  it('are so many at most, whatever a part says', () => {
    const names = Array.from({ length: 2_000 }, (_, at) => [`Organization|Bolt${at}`, `Organization|Bolt${at} Bank`]);

    expect(Object.keys(doubts(...names.flat()))).toHaveLength(doubtsMax);
  });
});
