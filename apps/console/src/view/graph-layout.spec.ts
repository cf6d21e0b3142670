import { describe, expect, it } from '@jest/globals';

import type { Neighbourhood } from '../api/types.js';
import { pictureHeight, pictureOf, pictureWidth } from './graph-layout.js';

function neighbourhood(neighbours: number): Neighbourhood {
  const names = Array.from({ length: neighbours + 1 }, (_, i) => `entity ${i}`);
  return {
    entities: names.map((name, i) => ({ uuid: name, name, distance: i === 0 ? 0 : 1 })),
    facts: names.slice(1).map((name, i) => ({
      ...{ uuid: `fact ${i}`, source: 'entity 0', sourceUuid: 'entity 0', relation: 'KNOWS' },
      ...{ target: name, targetUuid: name, fact: '', validAt: null, invalidAt: null },
      ...{ documents: [], documentCount: 0 },
    })),
    cut: false,
  };
}

describe('the picture of a graph', () => {
  it('is the same for the same graph', () => {
    expect(pictureOf(neighbourhood(12))).toEqual(pictureOf(neighbourhood(12)));
  });

  it('has the entity in the middle, and every other apart from its neighbours and inside', () => {
    const { entities } = pictureOf(neighbourhood(12));
    const [middle, ...others] = entities;
    const distances = others.flatMap((a, i) => others.slice(i + 1).map((b) => Math.hypot(a.x - b.x, a.y - b.y)));

    expect(middle).toMatchObject({ x: pictureWidth / 2, y: pictureHeight / 2 });
    expect(Math.min(...distances)).toBeGreaterThan(30);
    expect(others.every(({ x, y }) => x > 0 && x < pictureWidth && y > 0 && y < pictureHeight)).toBe(true);
  });

  it('draws facts between the same two as one line, and none to what is not shown', () => {
    const { entities, facts, cut } = neighbourhood(1);
    const [fact] = facts;
    const twice = fact && { ...fact, relation: 'EMPLOYS' };
    const away = fact && { ...fact, targetUuid: 'elsewhere' };

    const { links } = pictureOf({ entities, facts: [...facts, ...(twice && away ? [twice, away] : [])], cut });

    expect(links.map(({ from, to, relations }) => [from.name, to.name, relations])).toEqual([
      ['entity 0', 'entity 1', ['KNOWS', 'EMPLOYS']],
    ]);
  });

  it('of one entity alone is that entity', () => {
    expect(pictureOf({ ...neighbourhood(0), facts: [] })).toMatchObject({
      entities: [{ name: 'entity 0' }],
      links: [],
    });
  });
});
