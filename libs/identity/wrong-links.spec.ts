import { describe, expect, it } from '@jest/globals';

import { wrongLinks, type FamilyLink } from './index.js';

const link = (uuid: string, standsFor: string, family = 'smith'): FamilyLink => ({ uuid, standsFor, family });

describe('links between names', () => {
  it('are right if they are those that are derived, in whatever order', () => {
    const links = [link('a', 'b'), link('c', 'd', 'doe')];

    expect(wrongLinks(links, links.toReversed())).toEqual([]);
  });

  it.each([
    ['one is missing', [], [link('a', 'b')]],
    ['one is too many', [link('a', 'b')], []],
    ['one leads elsewhere', [link('a', 'c')], [link('a', 'b')]],
    ['several are wrong', [link('b', 'c'), link('a', 'c')], []],
  ])('are wrong where %s, which is said once of a family', (_, stored, derived) => {
    const other = link('x', 'y', 'doe');

    expect(wrongLinks([...stored, other], [other, ...derived])).toEqual([{ family: 'smith', uuid: 'a' }]);
  });
});
