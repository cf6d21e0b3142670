import { describe, expect, it } from '@jest/globals';

import { digestOfLine, documentLine, episodeLine, episodeWords, type PieceKind, type PieceSum } from '#stores/auditor';
import { storeNames } from '#stores/port';

import { compareDocument } from './compare.js';
import { planRepair } from './plan-repair.js';
import { aSeenDocument, wholeIn, type SeenBuilder } from './seen.builders.js';

const found = (seen: SeenBuilder): string[] =>
  compareDocument(seen.build()).map(({ kind, store, id }) => `${kind} ${store} ${id}`);
const details = (seen: SeenBuilder): string[] => compareDocument(seen.build()).map(({ detail }) => detail);
const tied = (kind: string): string => `other ${kind} than elsewhere, and as many stores say one as the other`;
const forged = { count: 1, digest: '1 forged' };
/** What says more than the ledger does. */
const more = { count: 1, digest: '2 more' };
/** Stores that say something else of one kind than all the others, or nothing. */
const saying = (
  kind: PieceKind,
  says: Partial<Record<(typeof storeNames)[number], PieceSum | undefined>>,
): SeenBuilder => {
  const seen = aSeenDocument();
  for (const store of storeNames.filter((name) => name in says)) {
    const { [kind]: _whole, ...others } = wholeIn(store);
    const said = says[store];
    seen.holding(store, 'live', { state: 'live', visible: said === undefined ? others : { ...others, [kind]: said } });
  }
  return seen;
};
const metadataIn = (says: Parameters<typeof saying>[1]): SeenBuilder => saying('metadata', says);
const chunks = (count: number, digest = 'chunks') => ({ chunks: { count, digest } });

describe('the comparison of a document', () => {
  it('finds nothing where every store holds the live version whole', () => {
    expect(found(aSeenDocument())).toEqual([]);
  });

  it('takes an empty cache, and a cache that forgot its markers, for no damage', () => {
    const visible = wholeIn('redis');

    expect(found(aSeenDocument().holding('redis', 'live', { state: 'live' }))).toEqual([]);
    expect(
      found(aSeenDocument().holding('redis', 'live', { state: undefined, visible }).marked('redis', undefined)),
    ).toEqual([]);
  });

  it.each(['neo4j', 'postgres', 'qdrant'] as const)('misses a live version of which %s holds nothing', (store) => {
    expect(found(aSeenDocument().holding(store, 'live', { state: 'live' }))).toEqual([`missing ${store} live`]);
  });

  it('finds a wrong number of pieces by the counts of the ledger, in every store', () => {
    for (const store of storeNames) {
      const short = aSeenDocument().holding(store, 'live', { state: 'live', visible: { documents: { count: 1 } } });

      expect(found(short)).toEqual([`torn ${store} live`]);
    }
  });

  it('finds other content by what most stores agree on, and believes nobody where two disagree', () => {
    const forgedRow = { ...wholeIn('postgres'), ...chunks(3, 'forged') };
    const forgedPoint = { ...wholeIn('qdrant'), ...chunks(3, 'forged') };
    const outvoted = aSeenDocument().holding('postgres', 'live', { state: 'live', visible: forgedRow });
    const even = aSeenDocument()
      .holding('qdrant', 'live', { state: 'live', visible: forgedPoint })
      .holding('redis', 'live', { state: 'live' });

    expect(found(outvoted)).toEqual(['torn postgres live']);
    expect(details(outvoted)).toEqual(['other chunks than elsewhere']);
    expect(found(even).sort()).toEqual(['torn postgres live', 'torn qdrant live']);
    expect(new Set(details(even))).toEqual(new Set([tied('chunks')]));
  });

  it('holds what stores say of the document against the ledger, each as it words it', () => {
    const document = { title: 'Handbook', source: 'inline', location: null, mediaType: 'text/plain' };
    const says = (store: (typeof storeNames)[number], line: string) => {
      const documents = { count: 1, digest: String(digestOfLine(line)) };
      return aSeenDocument().holding(store, 'live', { state: 'live', visible: { ...wholeIn(store), documents } });
    };
    const forged = documentLine({ ...document, title: 'Forged' });

    expect(found(says('neo4j', episodeLine(episodeWords({ ...document, documentId: 'handbook' }))))).toEqual([]);
    for (const store of ['postgres', 'qdrant', 'redis'] as const) {
      expect(found(says(store, documentLine(document)))).toEqual([]);
      expect(found(says(store, forged))).toEqual([`torn ${store} live`]);
    }
    expect(details(says('redis', forged))).toEqual(['other words on the document than the ledger has']);
  });

  it('finds other metadata by what most stores agree on, the ledger with those that say the same', () => {
    expect(found(metadataIn({ qdrant: forged }))).toEqual(['torn qdrant live']);
    expect(found(metadataIn({ qdrant: forged, redis: undefined }))).toEqual(['torn qdrant live']);
    expect(found(metadataIn({ redis: forged, postgres: forged })).sort()).toEqual([
      'torn postgres live',
      'torn redis live',
    ]);
    expect(details(metadataIn({ qdrant: forged, postgres: more, redis: undefined }))).toEqual([
      tied('metadata'),
      tied('metadata'),
    ]);
    expect(details(metadataIn({ qdrant: { count: 2, digest: '1 of both' } }))).toEqual([
      'copies of the metadata that differ',
    ]);
  });

  it('believes stores that agree on metadata of which the ledger knows less, and lets it decide nothing there', () => {
    const refilled = metadataIn({ postgres: more, redis: more });

    expect(found(metadataIn({ postgres: more, qdrant: more, redis: more }))).toEqual([]);
    expect(found(metadataIn({ postgres: more, qdrant: more, redis: undefined }))).toEqual([]);
    expect(details(metadataIn({ postgres: more, redis: undefined }))).toEqual([tied('metadata'), tied('metadata')]);
    expect(details(refilled)).toEqual([tied('metadata'), tied('metadata'), tied('metadata')]);
  });

  it('misses nothing in a store that says nothing of the metadata', () => {
    expect(found(metadataIn({ qdrant: undefined }))).toEqual([]);
    expect(found(metadataIn({ qdrant: undefined, redis: undefined, postgres: more }))).toEqual([]);
  });

  it('finds other places of chunks by what most stores agree on, and says of lost chunks only that they are', () => {
    const places = { count: 3, digest: 'forged' };

    expect(details(saying('places', { qdrant: places }))).toEqual(['other places than elsewhere']);
    expect(details(saying('places', { redis: { ...places, count: 2 } }))).toEqual(['2 of 3 places']);
    expect(details(saying('chunks', { postgres: { count: 2, digest: 'less' } }))).toEqual(['2 of 3 chunks']);
    expect(details(saying('places', { postgres: places, qdrant: undefined }))).toEqual([
      tied('places'),
      tied('places'),
    ]);
  });

  it('misses no places in points that are older than audits', () => {
    expect(found(saying('places', { qdrant: undefined }))).toEqual([]);
    expect(found(saying('places', { qdrant: undefined, redis: undefined }))).toEqual([]);
  });

  it('tells what is hidden from what is missing', () => {
    const flipped = aSeenDocument().holding('qdrant', 'live', {
      state: 'live',
      visible: { documents: { count: 1 }, ...chunks(2) },
      hidden: chunks(1),
    });

    expect(found(flipped)).toEqual(['not-visible qdrant live']);
    expect(
      found(aSeenDocument().holding('postgres', 'live', { state: 'pending', hidden: wholeIn('postgres') })),
    ).toEqual(['not-visible postgres live']);
  });

  it('finds a marker that contradicts what is shown', () => {
    const visible = wholeIn('qdrant');

    expect(found(aSeenDocument().holding('qdrant', 'live', { state: 'replaced', visible }))).toEqual([
      'wrong-marker qdrant live',
    ]);
    expect(found(aSeenDocument().marked('neo4j', 'other'))).toEqual(['wrong-marker neo4j live']);
  });

  it('finds what nobody submitted, what ended, and an old version beside the live one', () => {
    const visible = wholeIn('qdrant');
    const stray = aSeenDocument()
      .holding('qdrant', 'never', { visible })
      .holding('neo4j', 'undone', { state: 'compensated', hidden: { parts: { count: 1 } } })
      .holding('qdrant', 'old', { state: 'replaced', visible })
      .says('undone', 'undone')
      .says('old', 'was-live');

    expect(found(stray).sort()).toEqual([
      'orphan qdrant never',
      'second-version qdrant old',
      'stale-pending neo4j undone',
    ]);
  });

  it('finds what is still shown of a retracted document', () => {
    expect(found(aSeenDocument().notLive()).sort()).toEqual(storeNames.map((store) => `orphan ${store} live`).sort());
  });

  it('finds what a store missed of a version that is live in the others', () => {
    const hidden = { parts: { count: 1 } };
    const behind = aSeenDocument().waitingFor('neo4j').holding('neo4j', 'live', { state: 'pending', hidden });
    const unheard = aSeenDocument().waitingFor('qdrant');

    expect(found(behind)).toEqual(['not-visible neo4j live', 'unconcluded neo4j live']);
    expect(found(unheard)).toEqual(['unconcluded qdrant live']);
    expect(found(aSeenDocument().waitingFor('neo4j').moving())).toEqual([]);
  });

  it.each(['neo4j', 'redis'] as const)('finds what is live in the others and undone by %s', (store) => {
    const undone = aSeenDocument().undoneBy(store).marked(store, undefined);

    expect(found(undone)).toEqual([`missing ${store} live`, `unconcluded ${store} live`]);
  });

  it('takes a version that the ledger heard nothing of as live only if a store shows it', () => {
    const unheard = aSeenDocument().waitingFor(...storeNames);
    const undone = aSeenDocument()
      .waitingFor(...storeNames)
      .says('older', 'was-live');
    for (const store of storeNames) {
      undone
        .holding(store, 'live', { state: 'compensated' })
        .holding(store, 'older', { state: 'live', visible: wholeIn(store) });
    }

    expect(found(unheard)).toEqual(storeNames.map((store) => `unconcluded ${store} live`));
    expect(found(undone)).toEqual([]);
  });

  it('leaves alone what is under way', () => {
    const visible = wholeIn('qdrant');
    const moving = aSeenDocument()
      .moving()
      .holding('neo4j', 'live', { state: 'replaced' })
      .holding('qdrant', 'next', { state: 'live', visible })
      .holding('postgres', 'next', { state: 'pending', hidden: wholeIn('postgres') })
      .holding('redis', 'old', { state: 'live', visible: wholeIn('redis') })
      .says('next', 'open')
      .says('old', 'was-live');

    expect(found(moving)).toEqual([]);
  });

  it('finds leftovers of an undone ingestion even while another is under way', () => {
    const hidden = chunks(1);
    const moving = aSeenDocument().moving().holding('qdrant', 'undone', { hidden }).says('undone', 'undone');

    expect(found(moving)).toEqual(['stale-pending qdrant undone']);
    expect(details(moving)).toEqual(['1 chunk of an ingestion that ended']);
  });
});

describe('the plan of a repair', () => {
  const planOf = (seen: SeenBuilder) => {
    const built = seen.build();
    return planRepair(built, compareDocument(built));
  };
  const torn = (store: 'postgres' | 'qdrant', kind: 'chunks' | 'entities') => ({
    state: 'live' as const,
    visible: { ...wholeIn(store), [kind]: { count: 0, digest: '' } },
  });

  it('makes other stores again from the rows of PostgreSQL', () => {
    const { live } = planOf(aSeenDocument().holding('qdrant', 'live', torn('qdrant', 'chunks')));

    expect(live).toEqual({
      targets: [{ store: 'qdrant', kinds: ['chunks'] }],
      from: { chunks: 'postgres', knowledge: 'postgres', metadata: 'postgres' },
    });
  });

  it('makes chunk rows again from points, and knowledge from the answers of the model', () => {
    const lostChunks = planOf(aSeenDocument().holding('postgres', 'live', torn('postgres', 'chunks')));
    const lostEntities = planOf(aSeenDocument().holding('postgres', 'live', torn('postgres', 'entities')));

    expect(lostChunks.live).toMatchObject({ from: { chunks: 'qdrant', knowledge: 'postgres' } });
    expect(lostEntities.live).toMatchObject({ from: { chunks: 'postgres', knowledge: 'extraction' } });
  });

  it('makes chunk rows again from points if it is their places that are wrong, unless those of points are, too', () => {
    const forgedPlaces = { count: 3, digest: 'forged' };
    const either = { postgres: forgedPlaces, qdrant: { count: 3, digest: 'other' } };

    expect(planOf(saying('places', { postgres: forgedPlaces })).live).toMatchObject({
      targets: [{ store: 'postgres', kinds: ['places'] }],
      from: { chunks: 'qdrant' },
    });
    expect(planOf(saying('places', { qdrant: forgedPlaces })).live).toMatchObject({ from: { chunks: 'postgres' } });
    expect(planOf(saying('places', either)).live).toBe('impossible');
  });

  it('makes a version again in the store that missed its decision, and nothing where only the word is missing', () => {
    const hidden = { parts: { count: 1 } };
    const behind = aSeenDocument().waitingFor('neo4j').holding('neo4j', 'live', { state: 'pending', hidden });

    expect(planOf(behind)).toMatchObject({ removals: [], live: { targets: [{ store: 'neo4j' }] } });
    expect(planOf(aSeenDocument().waitingFor('neo4j'))).toEqual({ removals: [], live: 'well' });
    expect(planOf(aSeenDocument().undoneBy('redis'))).toMatchObject({ live: { targets: [{ store: 'redis' }] } });
  });

  it('asks the answers of the model if rows and graph disagree, and copies neither to the other', () => {
    const visible = { ...wholeIn('postgres'), facts: { count: 1, digest: 'forged' } };
    const { live } = planOf(aSeenDocument().holding('postgres', 'live', { state: 'live', visible }));

    expect(live).toMatchObject({ from: { chunks: 'postgres', knowledge: 'extraction' } });
    expect(live).toMatchObject({
      targets: expect.arrayContaining([
        { store: 'neo4j', kinds: ['facts'] },
        { store: 'postgres', kinds: ['facts'] },
      ]),
    });
  });

  it('makes no chunks again if rows and points disagree and the cache has expired', () => {
    const visible = { ...wholeIn('postgres'), ...chunks(3, 'forged') };
    const disputed = aSeenDocument()
      .holding('postgres', 'live', { state: 'live', visible })
      .holding('redis', 'live', { state: 'live' });

    expect(planOf(disputed).live).toBe('impossible');
  });

  it('takes the metadata from the row, or from the ledger if that says what is believed, and else from nobody', () => {
    expect(planOf(metadataIn({ qdrant: forged })).live).toMatchObject({ from: { metadata: 'postgres' } });
    expect(planOf(metadataIn({ postgres: forged })).live).toMatchObject({
      targets: [{ store: 'postgres', kinds: ['metadata'] }],
      from: { metadata: 'ledger' },
    });
    expect(planOf(aSeenDocument().holding('postgres', 'live', {})).live).toMatchObject({
      from: { metadata: 'ledger' },
    });
    expect(planOf(metadataIn({ postgres: forged, qdrant: more, redis: more })).live).toBe('impossible');
    expect(planOf(metadataIn({ qdrant: more, redis: undefined })).live).toBe('impossible');
  });

  it('gives up a version of whose chunks no whole copy is left', () => {
    const lost = aSeenDocument()
      .holding('postgres', 'live', torn('postgres', 'chunks'))
      .holding('qdrant', 'live', torn('qdrant', 'chunks'));

    expect(planOf(lost).live).toBe('impossible');
  });

  it('removes what ended, and never the live version', () => {
    const visible = wholeIn('qdrant');
    const plan = planOf(
      aSeenDocument()
        .holding('qdrant', 'old', { visible })
        .says('old', 'was-live')
        .holding('redis', 'live', { state: 'live', visible: wholeIn('redis'), hidden: { parts: { count: 1 } } }),
    );

    expect(plan.removals.map(({ id }) => id)).toEqual(['old']);
    expect(plan.live).toMatchObject({ targets: [{ store: 'redis' }] });
  });
});
