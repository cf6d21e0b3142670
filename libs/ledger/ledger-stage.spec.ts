import { describe, expect, it } from '@jest/globals';

import { createPool } from '#database';
import type { ReceivedEvent } from '#kafka';
import { Metrics } from '#telemetry';

import { givenUp, pipelineEvents, promotions, retractionEvents } from './ledger-builders.js';
import { LedgerDatabase } from './ledger-database.js';
import { LedgerStage } from './ledger-stage.js';

const nowhere = 'postgres://127.0.0.1:1/nowhere';
const ids = { namespace: 'acme', documentId: 'a', ingestionId: '018f4e2a-0000-7000-8000-000000000001', version: 1 };

function insistsOn(event: object): boolean | undefined {
  const stage = new LedgerStage(
    createPool(nowhere, { name: 'test', max: 1 }),
    new LedgerDatabase(nowhere).codec,
    new Metrics(),
  );
  return stage.open().insists?.(event as ReceivedEvent);
}

describe('the ledger', () => {
  it('insists on what the stores say at the end, or nothing would be concluded', () => {
    const said = [...promotions(ids), ...retractionEvents(ids, [])];

    expect(said.map(insistsOn)).toEqual(said.map(() => true));
  });

  it('gives up what holds the words of users: its ingestion is undone, and so concluded', () => {
    const said = [...pipelineEvents(ids), givenUp(ids, 'extractor')];

    expect(said.map(insistsOn)).toEqual(said.map(() => false));
  });

  it('gives up what was said at a time that no database holds: the stores say it again', () => {
    const [promoted] = promotions(ids);

    expect(insistsOn({ ...promoted, payload: { ...promoted?.payload, promotedAt: 9e15 } })).toBe(false);
  });
});
