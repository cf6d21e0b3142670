import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { eventId, type EventPayloads } from '#events';

import { conclusion } from './conclusion.js';
import { foldBatch } from './fold-batch.js';
import {
  compensations,
  givenUp,
  madeWith,
  pipelineEvents,
  promotions,
  receipts,
  retractionEvents,
  storedCounts,
} from './ledger-builders.js';
import { newRow, type LedgerEvent, type LedgerRow } from './ledger-row.js';

const ingestion = {
  namespace: 'default',
  documentId: 'doc',
  ingestionId: '0192f000-0000-7000-8000-000000000001',
  version: 1,
};
const newer = { ...ingestion, ingestionId: '0192f000-0000-7000-8000-000000000002', version: 2 };
const retraction = { ...ingestion, ingestionId: '0192f000-0000-7000-8000-000000000003', version: 2 };

interface Told {
  readonly rows: Map<string, LedgerRow>;
  /** What is announced of each ingestion, in order: its status, and the bytes that nobody needs any more. */
  readonly ends: Map<string, string[]>;
}

/** Applies events one batch after another as the stage does: those seen before are left out. */
function told(events: readonly LedgerEvent[], batchSize = 1): Told {
  const seen = new Set<string>();
  const rows = new Map<string, LedgerRow>();
  const ends = new Map<string, string[]>();
  for (let from = 0; from < events.length; from += batchSize) {
    const fresh = events.slice(from, from + batchSize).filter((event) => {
      const id = eventId(event.type, event.payload);
      return !seen.has(id) && seen.add(id);
    });
    const { changed, concluded, released } = foldBatch([...rows.values()], fresh);
    for (const row of changed) rows.set(row.ingestionId, row);
    for (const { event } of [...concluded, ...released].map((row) => conclusion(row, 0))) {
      const { ingestionId, status, stagingRef } = event.payload as EventPayloads['IngestionConcluded'];
      ends.set(ingestionId, [...(ends.get(ingestionId) ?? []), `${status} ${stagingRef ?? ''}`.trim()]);
    }
  }
  return { rows, ends };
}

function rowsAfter(events: readonly LedgerEvent[], batchSize = 1): Map<string, LedgerRow> {
  return told(events, batchSize).rows;
}

/** Events in another order, but those who gave up in theirs: a document's are in one partition of one topic. */
function asRead(order: readonly LedgerEvent[], events: readonly LedgerEvent[]): LedgerEvent[] {
  const requests = events.filter(({ type }) => type === 'CompensationRequested');
  let next = 0;
  return order.map((event) => (event.type === 'CompensationRequested' ? (requests[next++ >> 1] ?? event) : event));
}

function rowAfter(...events: LedgerEvent[]): LedgerRow {
  return rowsAfter(events).get(ingestion.ingestionId) ?? newRow({ ...ingestion, kind: 'ingestion' });
}

const written = [...pipelineEvents(ingestion), ...receipts(ingestion)];

describe('the ledger', () => {
  it('walks through the statuses as the stages report', () => {
    const [staged, ...parts] = pipelineEvents(ingestion);
    const of = (type: string): LedgerEvent[] => parts.filter((event) => event.type === type);
    const events = [staged, ...of('DocumentParsed'), ...of('DocumentExtracted'), ...of('DocumentEmbedded')];
    const statuses = events.map((_, i) => rowAfter(...(events.slice(0, i + 1) as LedgerEvent[])).status);
    const steps = [
      'staged',
      'staged',
      'staged',
      'parsed',
      'parsed',
      'parsed',
      'extracted',
      'writing',
      'writing',
      'writing',
    ];
    expect(statuses).toEqual(steps);
  });

  it('concludes live with the fourth promotion, with the counts and tokens of the whole ingestion', () => {
    const three = rowAfter(...written, ...promotions(ingestion).slice(0, 3));
    expect(three).toMatchObject({ status: 'writing', concludedAtMs: null });
    const row = rowAfter(...written, ...promotions(ingestion));
    expect(row).toMatchObject({ status: 'live', stage: 'done', counts: storedCounts, error: null });
    expect(row.tokens).toEqual({ 'local/rules-1': { prompt: 60, completion: 6 } });
    expect(row.concludedAtMs).not.toBeNull();
  });

  it('keeps what parts were made with, each once, and no model where fields of a record said it all', () => {
    const events = pipelineEvents(ingestion);
    const unasked = events.map((event) =>
      event.type === 'DocumentExtracted' ? { ...event, payload: { ...event.payload, extractedBy: null } } : event,
    );
    expect(rowAfter(...events).models).toEqual(madeWith);
    expect(rowAfter(...unasked).models).toEqual({ ...madeWith, extraction: [] });
  });

  it.each([
    ['writer-qdrant', 'rolled_back'],
    ['qdrant', 'rolled_back'],
    ['parser', 'failed'],
    ['deadline', 'failed'],
  ])('calls an ingestion that %s gave up %s once all stores undid it', (role, status) => {
    const events = [...pipelineEvents(ingestion), givenUp(ingestion, role)];
    expect(rowAfter(...events, ...compensations(ingestion, 'rolled_back').slice(1))).toMatchObject({
      concludedAtMs: null,
    });
    const row = rowAfter(...events, ...compensations(ingestion, 'rolled_back'));
    expect(row).toMatchObject({ status, stage: role, error: { role, reason: 'store-refused' } });
  });

  it('calls it no end that some stores made it live and others undid it', () => {
    const undone = compensations(ingestion, 'rolled_back').slice(3);
    const row = rowAfter(...written, givenUp(ingestion, 'deadline'), ...promotions(ingestion).slice(0, 3), ...undone);
    expect(row).toMatchObject({ status: 'writing', concludedAtMs: null });
  });

  it('ignores a request to compensate that came after the decision', () => {
    const row = rowAfter(...written, givenUp(ingestion, 'deadline'), ...promotions(ingestion));
    expect(row).toMatchObject({ status: 'live', error: null });
    expect(rowAfter(...written, ...promotions(ingestion), givenUp(ingestion, 'deadline'))).toEqual(row);
  });

  it('marks the version that a newer one replaced as superseded', () => {
    const rows = rowsAfter([...written, ...promotions(ingestion), ...promotions(newer, [ingestion.ingestionId])]);
    expect(rows.get(ingestion.ingestionId)?.status).toBe('superseded');
    expect(rows.get(newer.ingestionId)?.status).toBe('live');
  });

  it('marks it as well where no store could say any more what it replaced, in whatever order it hears of them', () => {
    const all = [...written, ...promotions(ingestion), ...promotions(newer)];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.integer({ min: 1, max: 9 }),
        (order, size) => {
          const rows = rowsAfter(order, size);
          expect(rows.get(ingestion.ingestionId)?.status).toBe('superseded');
          expect(rows.get(newer.ingestionId)?.status).toBe('live');
        },
      ),
    );
  });

  it('tells two ingestions of one version apart as the stores do', () => {
    const twin = { ...newer, version: ingestion.version };
    const rows = rowsAfter([...promotions(twin), ...promotions(ingestion)]);
    expect([rows.get(ingestion.ingestionId)?.status, rows.get(twin.ingestionId)?.status]).toEqual([
      'superseded',
      'live',
    ]);
  });

  it('calls a version that was deleted before the next one came retracted, whichever end it hears of first', () => {
    const again = { ...newer, version: 3 };
    const [asked, ...removed] = retractionEvents(retraction, [ingestion.ingestionId]);
    const before = [...written, ...promotions(ingestion), asked as LedgerEvent];
    const rows = rowsAfter([...before, ...promotions(again), ...removed]);
    expect(rows.get(ingestion.ingestionId)?.status).toBe('retracted');
    expect(rows.get(again.ingestionId)?.status).toBe('live');
  });

  it('marks an older version that came late as superseded', () => {
    expect(rowAfter(...written, ...compensations(ingestion, 'superseded')).status).toBe('superseded');
  });

  it('concludes a retraction with the fourth receipt, and every open or live version with it', () => {
    const removed = [newer.ingestionId];
    const before = [...pipelineEvents(ingestion), ...pipelineEvents(newer), ...promotions(newer)];
    const events = retractionEvents(retraction, removed);
    const three = rowsAfter([...before, ...events.slice(0, 4)]);
    expect([...three.values()].map((row) => row.status)).toEqual(['writing', 'live', 'writing']);
    const four = rowsAfter([...before, ...events]);
    expect([...four.values()].map((row) => row.status)).toEqual(['retracted', 'retracted', 'retracted']);
  });

  it.each([
    ['live', [...written, ...promotions(ingestion)]],
    [
      'rolled_back',
      [
        ...written,
        givenUp(ingestion, 'writer-neo4j'),
        givenUp(ingestion, 'writer-redis'),
        ...compensations(ingestion, 'rolled_back'),
      ],
    ],
    [
      'failed',
      [...pipelineEvents(ingestion), givenUp(ingestion, 'embedder'), ...compensations(ingestion, 'rolled_back')],
    ],
    ['superseded', [...written, ...compensations(ingestion, 'superseded')]],
  ])('comes to the same %s row in any order, any batches and with any duplicates', (status, events) => {
    const expected = rowAfter(...events);
    expect(expected.status).toBe(status);
    const shuffled = fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 });
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 1, max: 30 }), (order, batchSize) => {
        const { rows, ends } = told(asRead(order, events), batchSize);
        expect(rows.get(ingestion.ingestionId)).toEqual(expected);
        const said = ends.get(ingestion.ingestionId) ?? [];
        expect(new Set(said.map((end) => end.split(' ')[0]))).toEqual(new Set([status]));
        expect(said.at(-1)).toBe(`${status} ref-${ingestion.ingestionId}`);
      }),
    );
  });

  it('waits for the cause where stores have undone an ingestion that nobody is known to have given up', () => {
    const undone = [...pipelineEvents(ingestion), ...compensations(ingestion, 'rolled_back')];

    expect(rowAfter(...undone)).toMatchObject({ status: 'writing', stage: 'writers', concludedAtMs: null });
    expect(rowAfter(...undone, givenUp(ingestion, 'writer-postgres'))).toMatchObject({ status: 'rolled_back' });
  });

  it('names as the cause who gave up first on the log, whatever the clocks of those who give up say', () => {
    const late = givenUp(ingestion, 'embedder');
    const events = [givenUp(ingestion, 'writer-neo4j'), late, ...compensations(ingestion, 'rolled_back')];
    const payload = { ...late.payload, requestedAt: 0 };
    const early = [events[0], { ...late, payload }, ...events.slice(2)] as LedgerEvent[];

    expect(rowAfter(...early)).toMatchObject({ status: 'rolled_back', error: { role: 'writer-neo4j' } });
  });

  it('says the end again as it was when bytes become known that nobody needs any more', () => {
    const [staged] = pipelineEvents(ingestion);
    const live = [...promotions(ingestion), ...promotions(newer, [ingestion.ingestionId])];
    const { rows, ends } = told([...live, staged as LedgerEvent]);

    expect(rows.get(ingestion.ingestionId)?.status).toBe('superseded');
    expect(ends.get(ingestion.ingestionId)).toEqual(['live', `live ref-${ingestion.ingestionId}`]);
  });

  it('learns nothing of an ingestion from what is said in the name of another document', () => {
    const thief = { ...ingestion, documentId: 'other' };

    expect(rowAfter(...written, givenUp(thief, 'stager'), ...compensations(thief, 'rolled_back'))).toEqual(
      rowAfter(...written),
    );
  });

  it('is concluded exactly once, whatever comes after', () => {
    const events = [...written, ...promotions(ingestion), ...promotions(newer, [ingestion.ingestionId])];
    const all = [...events, ...retractionEvents(retraction, [newer.ingestionId])];
    let rows: LedgerRow[] = [];
    const ends: string[] = [];
    for (const event of all) {
      const { changed, concluded } = foldBatch(rows, [event]);
      rows = [...new Map([...rows, ...changed].map((row) => [row.ingestionId, row])).values()];
      ends.push(...concluded.map((row) => `${row.version} ${row.kind} ${row.status}`));
    }
    expect(ends).toEqual(['1 ingestion live', '2 ingestion live', '2 retraction retracted']);
  });
});
