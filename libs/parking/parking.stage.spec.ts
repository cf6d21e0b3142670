import { beforeEach, describe, expect, it } from '@jest/globals';

import { documentKey, type DocumentExtracted, type DocumentParsed } from '#events';
import { PermanentFailure, TransientFailure } from '#failure';
import { StageHandler, type ReceivedEvent, type StageContext } from '#kafka';

import { StagePartitionHandler } from '../kafka/stage-partition-handler.js';
import { ParkingLot, type ParkedEvent } from './parking-lot.js';
import { ParkingStage } from './parking.stage.js';

const dayMs = 86_400_000;
const monday = Date.UTC(2026, 10, 2);
const waits = { uncounted: true, eventAgeMsMax: 2 * dayMs };
const noBudget = new TransientFailure('acme has used up its budget', { reason: 'budget-exhausted', ...waits });
const noKey = new TransientFailure('no key', { reason: 'model-key-refused', uncounted: true });

class Lot extends ParkingLot {
  readonly parked: ParkedEvent[] = [];
  spaces = 10;
  away = false;

  override async park(event: ParkedEvent): Promise<boolean> {
    if (this.away) throw new TransientFailure('away', { reason: 'store-down' });
    if (this.parked.length >= this.spaces) return false;
    this.parked.push(event);
    return true;
  }
}

/** Fails as the id of a document says, or passes it on. */
class Paying extends StageHandler<'DocumentParsed', 'DocumentExtracted'> {
  override async handle(part: DocumentParsed): Promise<DocumentExtracted[]> {
    if (part.documentId.startsWith('poor')) throw noBudget;
    if (part.documentId === 'locked') throw noKey;
    if (part.documentId === 'bad') throw new PermanentFailure('bad', { reason: 'empty' });
    return [part as unknown as DocumentExtracted];
  }
}

let lot: Lot;
let partition: StagePartitionHandler;

beforeEach(() => {
  lot = new Lot();
  const stage = new ParkingStage(new Paying(), lot, { consumes: 'DocumentParsed', model: 'openai/some' });
  partition = new StagePartitionHandler(stage, {
    ...{ role: 'extractor', produces: 'DocumentExtracted', handlerDeadlineMs: 1000, writeDeadlineMs: 5000 },
    ...{ outputBytesMax: 1e9, sliceMs: 1e12, graceMs: 100 },
  });
});

function at(nowMs: number): StageContext {
  return { signal: new AbortController().signal, attempt: 0, triedForMs: 0, nowMs: () => nowMs };
}

function anEvent(documentId: string, offset: bigint, saidAtMs = monday, timestampMs = saidAtMs): ReceivedEvent {
  const ingestionId = `018f4e2a-0000-7000-8000-${String(offset).padStart(12, '0')}`;
  const payload = { namespace: 'acme', documentId, ingestionId, version: 1 } as DocumentParsed;
  const headers = { ce_time: new Date(saidAtMs).toISOString(), ce_id: `id-${offset}` };
  const place = { topic: 'penstock.documents.parsed', partition: 0, offset, timestampMs, headers };
  return { type: 'DocumentParsed', payload, id: `id-${offset}`, key: documentKey(payload), ...place };
}

describe('what waits for a budget', () => {
  it('is parked, and what is behind it goes on', async () => {
    const result = await partition.handle([anEvent('poor', 1n), anEvent('free', 2n), anEvent('poor', 3n)], at(monday));

    expect(result).toMatchObject({ processed: 3, deadLetters: [], emissions: [{ payload: { documentId: 'free' } }] });
    expect(lot.parked).toMatchObject([
      {
        ...{ event: { type: 'DocumentParsed', payload: { documentId: 'poor' } }, envelope: { id: 'id-1', offset: 1n } },
        ...{ model: 'openai/some', reason: 'budget-exhausted', message: noBudget.message, saidAtMs: monday },
      },
      { envelope: { id: 'id-3' } },
    ]);
  });

  it('waits where it is, with what is behind it, while there is no room', async () => {
    lot.spaces = 1;
    const batch = [anEvent('poor', 1n), anEvent('poor too', 2n), anEvent('free', 3n)];

    expect(await partition.handle(batch, at(monday))).toMatchObject({ processed: 1 });
    await expect(partition.handle(batch.slice(1), at(monday))).rejects.toMatchObject({ reason: 'budget-exhausted' });
  });

  it('is tried again where nobody can say whether it is parked', async () => {
    lot.away = true;

    await expect(partition.handle([anEvent('poor', 1n)], at(monday))).rejects.toMatchObject({ reason: 'store-down' });
  });

  it('is given up when it was said too long ago, however often it came since', async () => {
    const batch = [anEvent('poor', 1n, monday, monday + dayMs), anEvent('free', 2n)];

    const early = await partition.handle(batch, at(monday + 2 * dayMs - 1));
    const late = await partition.handle(batch, at(monday + 2 * dayMs));

    expect(early).toMatchObject({ processed: 2, deadLetters: [] });
    const failure = { kind: 'permanent', reason: 'budget-exhausted', message: noBudget.message };
    expect(late).toMatchObject({ processed: 2, deadLetters: [{ offset: 1n, failure }] });
    const undo = { type: 'CompensationRequested', payload: { reason: 'budget-exhausted', requestedBy: 'extractor' } };
    expect(late.emissions).toMatchObject([undo, { payload: { documentId: 'free' } }]);
  });

  it('never keeps a partition behind for longer than that, however many wait and however little room there is', async () => {
    lot.spaces = 3;
    const hourMs = dayMs / 24;
    let left = Array.from({ length: 24 * 7 }, (_, hour) =>
      anEvent(`poor ${hour}`, BigInt(hour), monday + hour * hourMs),
    );
    let oldestMs = 0;

    for (let nowMs = monday; nowMs < monday + 10 * dayMs; nowMs += hourMs) {
      const came = left.filter(({ timestampMs }) => timestampMs <= nowMs);
      if (came[0] === undefined) continue;
      const { processed = 0 } = await partition.handle(came, at(nowMs)).catch(() => ({ processed: 0 }));
      left = left.slice(processed);
      const [oldest] = left.filter(({ timestampMs }) => timestampMs <= nowMs);
      oldestMs = Math.max(oldestMs, oldest === undefined ? 0 : nowMs - oldest.timestampMs);
    }

    expect(left).toEqual([]);
    expect(oldestMs).toBeLessThan(2 * dayMs);
  });

  it('is told by the time of its record where it does not say its own, or one that is still to come', async () => {
    const silent = { ...anEvent('poor', 1n), headers: {} };
    const ahead = anEvent('poor', 2n, monday + 9 * dayMs, monday);

    await partition.handle([silent, ahead], at(monday + dayMs));

    expect(lot.parked.map(({ saidAtMs }) => saidAtMs)).toEqual([monday, monday]);
  });
});

describe('everything else', () => {
  it('fails as it did', async () => {
    const refused = await partition.handle([anEvent('bad', 1n)], at(monday));

    expect(refused).toMatchObject({ deadLetters: [{ failure: { reason: 'empty' } }] });
    await expect(partition.handle([anEvent('locked', 2n)], at(monday + 9 * dayMs))).rejects.toMatchObject({
      reason: 'model-key-refused',
    });
    expect(lot.parked).toEqual([]);
  });
});
