import { describe, expect, it } from '@jest/globals';

import { anIngestion } from './ingestion.builder.js';
import { stepsOf, storesOf, tookText } from './ingestion-story.js';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 28, 10, 0, second)).toISOString();
const staged = { at: at(1), type: 'DocumentStaged' };
const submitted = { at: at(0), type: 'DocumentSubmitted' };

describe('the story of an ingestion', () => {
  it('shows how far it is, part by part', () => {
    const ingestion = anIngestion({
      status: 'parsed',
      counts: { parts: 4, chunks: 9, entities: 0, facts: 0, mentions: 0 },
      partsDone: { parsed: 4, extracted: 3, embedded: 1 },
      timeline: [submitted, staged, { at: at(3), type: 'DocumentParsed', part: 0 }],
    });

    expect(stepsOf(ingestion).map(({ state, note }) => [state, note])).toEqual([
      ['done', ''],
      ['done', '1.0 s'],
      ['done', '2.0 s'],
      ['now', '3 of 4 parts'],
      ['open', ''],
      ['open', ''],
    ]);
  });

  it('breaks where somebody gave it up, and goes nowhere after that', () => {
    const error = { reason: 'encrypted', message: 'needs a password', role: 'parser' };
    const steps = stepsOf(anIngestion({ status: 'failed', error, timeline: [submitted, staged] }));

    expect(steps.map(({ state }) => state)).toEqual(['done', 'done', 'broken', 'open', 'open', 'open']);
    expect(steps[2]?.note).toBe('parser gave it up');
  });

  it('is done everywhere once it is live', () => {
    const ingestion = anIngestion({
      status: 'live',
      counts: { parts: 1, chunks: 1, entities: 0, facts: 0, mentions: 0 },
      partsDone: { parsed: 1, extracted: 1, embedded: 1 },
      timeline: [submitted, staged],
    });

    expect(new Set(stepsOf(ingestion).map(({ state }) => state))).toEqual(new Set(['done']));
  });

  it('tells of each store what it undid, and whose writer was the cause', () => {
    const ingestion = anIngestion({
      status: 'rolled_back',
      error: { reason: 'store-refused', message: 'no room', role: 'writer-qdrant' },
      stores: { redis: 'rolled_back', neo4j: 'rolled_back', qdrant: 'rolled_back', postgres: 'rolled_back' },
      timeline: [
        submitted,
        { at: at(2), type: 'StoreWritten', store: 'neo4j', detail: { counts: { chunks: 2, entities: 1 } } },
        { at: at(3), type: 'StoreCompensated', store: 'neo4j', detail: { removed: { chunks: 2, entities: 1 } } },
        { at: at(3), type: 'StoreCompensated', store: 'qdrant', detail: { removed: { chunks: 0 } } },
      ],
    });

    const [neo4j, , qdrant] = storesOf(ingestion);

    expect(neo4j).toMatchObject({ title: 'Neo4j', note: 'removed 2 chunks, 1 entity', isCause: false });
    expect(qdrant).toMatchObject({ title: 'Qdrant', note: 'held nothing of it', isCause: true });
  });

  it('takes until it is concluded', () => {
    expect(tookText(anIngestion())).toBeNull();
    expect(tookText(anIngestion({ concludedAt: at(2) }))).toBe('2.0 s');
  });
});
