import { describe, expect, it } from '@jest/globals';

import { FirstNames } from './first-names.js';

const shown = (most: number, names: readonly string[]): string[] => {
  const first = new FirstNames(most);
  return names.map((name) => first.shownAs(name));
};

describe('names that a metric shows', () => {
  it('are the first that a process meets, and stay so; one word stands for all others', () => {
    expect(shown(2, ['b', 'a', 'c', 'b', 'd', 'a'])).toEqual(['b', 'a', '(other)', 'b', '(other)', 'a']);
  });

  it('may be none', () => {
    expect(shown(0, ['a', 'b'])).toEqual(['(other)', '(other)']);
  });
});
