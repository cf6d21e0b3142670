import { describe, expect, it } from '@jest/globals';

import { joined } from './joined.js';

describe('a list that is read on', () => {
  it('has each item once, the fresh one, when new items have pushed others on', () => {
    const fresh = ['c new', 'b new'];
    const older = ['b old', 'a old'];

    expect(joined(fresh, older, (item) => item.charAt(0))).toEqual(['c new', 'b new', 'a old']);
  });
});
