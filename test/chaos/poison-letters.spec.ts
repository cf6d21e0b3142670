import { describe, expect, it } from '@jest/globals';

import { expectedLetters, poisonLetters } from './poison-letters.js';
import type { SeenRecord } from './read-topics.js';

const saga = { topic: 'penstock.documents.saga', partition: 2, offset: '7' };

describe('the dead letters of poison', () => {
  it('are one for each group that reads the topic', () => {
    expect(expectedLetters([{ ...saga, topic: 'penstock.documents.submitted' }])).toEqual([
      'penstock.documents.submitted/2@7 of penstock.stager',
    ]);
    expect(expectedLetters([saga])).toHaveLength(5);
  });

  it('are only for those who read its type, if the record says one', () => {
    const type = 'io.penstock.events.v1.IngestionConcluded';
    const outcome = { ...saga, topic: 'penstock.documents.outcomes', type };

    expect(expectedLetters([outcome])).toEqual(['penstock.documents.outcomes/2@7 of penstock.janitor']);
  });

  it('are told by their headers, and refused documents are none of them', () => {
    const headers = {
      'deadletter.topic': saga.topic,
      'deadletter.partition': '2',
      'deadletter.offset': '7',
      'deadletter.group': 'penstock.ledger',
    };
    const letter = (type: string): SeenRecord => ({
      ...{ topic: 'dead', partition: 0, offset: '0', key: 'k', value: null, timestampMs: 0 },
      headers: { ...headers, 'deadletter.failure-type': type },
    });

    expect(poisonLetters([letter('PoisonMessage'), letter('PermanentFailure')])).toEqual([
      'penstock.documents.saga/2@7 of penstock.ledger',
    ]);
  });
});
