import { describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';
import { passageKey, type CitedPassage, type Passage, type PassageRef } from '#stores/reading';

import type { LeftOut } from './answer.js';
import type { Indexes } from './ask-ways.js';
import { citePage } from './cite-page.js';
import type { FusedPassage } from './fuse.js';

const acme = { uuid: 'e', name: 'ACME', type: 'Organization' };
const ranked = (ingestionId: string, way = 'hybrid'): FusedPassage => ({
  ...{ ingestionId, seq: 0, score: 1, scores: { [way]: { rank: 1, score: 0.5 } } },
});
const passage = (ingestionId: string, text: string): Passage => ({
  ...{ namespace: 'n', documentId: ingestionId, ingestionId, version: 1, seq: 0, title: null, mediaType: 'text/plain' },
  ...{ source: 'inline', location: null, text, startOffset: 0, endOffset: text.length, headingPath: [], origin: null },
});
const cited = (ingestionId: string): CitedPassage => ({
  ...passage(ingestionId, 'text of PostgreSQL'),
  ...{ entities: [acme], facts: [] },
});
const away = (store: string) => (): Promise<never> => Promise.reject(new TransientFailure('away', { reason: store }));

/** Two stores that each show some passages, and only those that they are asked for. */
function showing(postgres: readonly string[], qdrant: readonly string[]) {
  const of = <T extends PassageRef>(all: readonly T[], refs: readonly PassageRef[]): Map<string, T> => {
    const wanted = new Set(refs.map(passageKey));
    return new Map(all.map((one) => [passageKey(one), one] as const).filter(([key]) => wanted.has(key)));
  };
  const documents = { cited: (refs: readonly PassageRef[]) => Promise.resolve(of(postgres.map(cited), refs)) };
  const held = qdrant.map((id) => passage(id, 'text of Qdrant'));
  const passages = { passages: (refs: readonly PassageRef[]) => Promise.resolve(of(held, refs)) };
  return { documents, passages };
}

const scope = { namespace: 'n', signal: new AbortController().signal, budgetMs: 10_000 };
const cite = (page: readonly FusedPassage[], stores: object, without: readonly LeftOut[] = []) =>
  citePage(page, stores as Indexes, ['text'], { ...scope, without });
const shown = ({ hits }: Awaited<ReturnType<typeof citePage>>): [string, string][] =>
  hits.map(({ ingestionId, text }) => [ingestionId, text]);

describe('citePage', () => {
  it('says text, entities and the words that were found, in the order of the page', async () => {
    const page = await cite([ranked('b'), ranked('a')], showing(['a', 'b'], ['a', 'b']));

    expect(shown(page)).toEqual([
      ['b', 'text of PostgreSQL'],
      ['a', 'text of PostgreSQL'],
    ]);
    expect(page.hits[0]).toMatchObject({ entities: [acme], score: 1, snippet: { highlights: [[0, 4]] } });
    expect(page.leftOut).toEqual([]);
  });

  it('shows what is live in Qdrant and not yet in PostgreSQL, and leaves out what is in neither', async () => {
    const page = await cite([ranked('new'), ranked('gone'), ranked('a')], showing(['a'], ['new', 'a']));

    expect(shown(page)).toEqual([
      ['new', 'text of Qdrant'],
      ['a', 'text of PostgreSQL'],
    ]);
    expect(page.hits[0]).toMatchObject({ entities: [], facts: [] });
    expect(page.leftOut).toEqual([]);
  });

  it('leaves out what PostgreSQL alone ranked and does not show any more', async () => {
    const page = await cite([ranked('gone', 'metadata'), ranked('a')], showing(['a'], ['gone']));

    expect(shown(page)).toEqual([['a', 'text of PostgreSQL']]);
  });

  it('does without PostgreSQL, and says so', async () => {
    const page = await cite([ranked('a')], { ...showing([], ['a']), documents: { cited: away('postgres') } });

    expect(shown(page)).toEqual([['a', 'text of Qdrant']]);
    expect(page.leftOut).toEqual([{ way: 'entities', stores: ['postgres'], reason: 'postgres' }]);
  });

  it('says so if Qdrant went away before it could be asked for a text', async () => {
    const page = await cite([ranked('new'), ranked('a')], {
      ...showing(['a'], []),
      ...{ passages: { passages: away('qdrant-unavailable') } },
    });

    expect(shown(page)).toEqual([['a', 'text of PostgreSQL']]);
    expect(page.leftOut).toEqual([{ way: 'hybrid', stores: ['qdrant'], reason: 'qdrant-unavailable' }]);
  });

  it('does not ask the graph when facts ended if the answer does without it already', async () => {
    const led = { ...passage('a', ''), entities: [acme], facts: [{ uuid: 'f', relation: 'CEO_OF' }] };
    const documents = { cited: () => Promise.resolve(new Map([[passageKey(led), led]])) };
    const stores = { ...showing([], []), documents, facts: { times: away('neo4j') } };

    const [asked, without] = [
      await cite([ranked('a')], stores),
      await cite([ranked('a')], stores, [{ way: 'graph', stores: ['neo4j'], reason: 'neo4j' }]),
    ];

    expect(asked.leftOut).toEqual([{ way: 'times', stores: ['neo4j'], reason: 'neo4j' }]);
    expect(without.leftOut).toEqual([]);
  });

  it.each([
    ['both are away', 'hybrid', { documents: { cited: away('postgres') }, passages: { passages: away('qdrant') } }],
    ['PostgreSQL alone ranked them', 'metadata', { documents: { cited: away('postgres') } }],
  ])('is refused if no store can say how passages read: %s', async (_, way, without) => {
    await expect(cite([ranked('a', way)], { ...showing(['a'], ['a']), ...without })).rejects.toThrow(TransientFailure);
  });
});
