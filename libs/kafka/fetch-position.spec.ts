import { describe, expect, it } from '@jest/globals';

import { boundsProblem, commitOffset, judgeFetch, startPosition } from './fetch-position.js';

describe('fetch position', () => {
  it('takes whatever comes first when nothing was committed', () => {
    const position = startPosition({ committed: -1n, low: 3n, high: 9n });

    expect(judgeFetch(position, 3n)).toBe('append');
  });

  it('continues where the last fetch ended', () => {
    expect(judgeFetch({ next: 10n, committed: 4n }, 10n)).toBe('append');
  });

  it('calls a jump forward a gap', () => {
    expect(judgeFetch({ next: 10n, committed: 4n }, 11n)).toBe('gap');
  });

  it('tells a late repetition from a rewind by the committed offset', () => {
    expect(judgeFetch({ next: 10n, committed: 4n }, 7n)).toBe('duplicate');
    expect(judgeFetch({ next: 10n, committed: 4n }, 4n)).toBe('rewind');
    expect(judgeFetch({ next: 10n, committed: undefined }, 0n)).toBe('rewind');
  });

  it('sees that retention passed the committed offset', () => {
    expect(boundsProblem({ committed: 4n, low: 6n, high: 9n })).toMatch('offsets 4 to 5');
    expect(boundsProblem({ committed: 6n, low: 6n, high: 9n })).toBeUndefined();
    expect(boundsProblem({ committed: -1n, low: 6n, high: 9n })).toBeUndefined();
  });

  it('sees that the log was cut below the committed offset', () => {
    expect(boundsProblem({ committed: 10n, low: 0n, high: 9n })).toMatch('log ends at 9');
    expect(boundsProblem({ committed: 9n, low: 0n, high: 9n })).toBeUndefined();
  });

  it('commits the end of a batch, but never past the low-water mark and never backwards', () => {
    expect(commitOffset(20n, undefined, 10n)).toBe(20n);
    expect(commitOffset(20n, 15n, 10n)).toBe(15n);
    expect(commitOffset(20n, 25n, 10n)).toBe(20n);
    expect(commitOffset(20n, 8n, 10n)).toBeUndefined();
    expect(commitOffset(20n, 10n, 10n)).toBeUndefined();
    expect(commitOffset(1n, 0n, undefined)).toBe(0n);
  });
});
