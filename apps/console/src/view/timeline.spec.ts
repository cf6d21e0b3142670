import { describe, expect, it } from '@jest/globals';

import { shownLines } from './timeline.js';

const at = (second: number): string => new Date(second * 1000).toISOString();

describe('a timeline', () => {
  it('says who did what, and how long it took', () => {
    const lines = shownLines([
      { at: at(0), type: 'DocumentSubmitted' },
      { at: at(1.5), type: 'DocumentStaged', detail: { mediaType: 'text/plain', sizeBytes: 2048 } },
      { at: at(2), type: 'StoreWritten', store: 'qdrant', detail: { counts: { chunks: 4, entities: 1, facts: 0 } } },
    ]);

    expect(lines).toEqual([
      { time: '00:00:00.000', since: '', title: 'Submitted', detail: '', tone: 'plain' },
      { time: '00:00:01.500', since: '+1.5 s', title: 'Staged', detail: 'text/plain · 2.0 KiB', tone: 'plain' },
      {
        ...{ time: '00:00:02.000', since: '+500 ms', title: 'Qdrant: written, pending' },
        ...{ detail: '4 chunks, 1 entity', tone: 'plain' },
      },
    ]);
  });

  it('says which writer gave it up and why, and what each store undid', () => {
    const lines = shownLines([
      {
        ...{ at: at(0), type: 'CompensationRequested', role: 'writer-qdrant' },
        detail: { reason: 'store-refused', message: 'no room' },
      },
      {
        at: at(1),
        type: 'StoreCompensated',
        store: 'neo4j',
        detail: { removed: { chunks: 2, entities: 3, facts: 1 } },
      },
      { at: at(1), type: 'StoreCompensated', store: 'qdrant', detail: { removed: { chunks: 0 } } },
    ]);

    expect(lines.map(({ title, detail }) => [title, detail])).toEqual([
      ['writer-qdrant: gave it up', 'store-refused · no room'],
      ['Neo4j: undid it', 'removed 2 chunks, 3 entities, 1 fact'],
      ['Qdrant: undid it', 'held nothing of it'],
    ]);
  });

  it('shows an event of a later version of Penstock by its name', () => {
    expect(shownLines([{ at: at(0), type: 'DocumentBlessed' }])[0]?.title).toBe('DocumentBlessed');
  });
});
