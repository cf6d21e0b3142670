import { beforeEach, describe, expect, it, jest } from '@jest/globals';

import { documentKey, emission, type DocumentEmbedded, type Emission } from '#events';
import { PermanentFailure, TransientFailure } from '#failure';
import type { PartitionHandler, PartitionResult, ReceivedEvent } from '#kafka';
import { MemoryStore, MemoryStoreWriter } from '#stores/memory';
import { storeNames, type PendingBatch, type PendingResult } from '#stores/port';
import { Metrics } from '#telemetry';

import { anIngestion, receiptOf, ref } from '../../test/builders/index.js';
import { insisting } from '../kafka/insisting.js';
import { WriterStage } from './writer-stage.js';

const writeDeadlineMs = 1000;
const atMs = 1_793_491_200_000;

/** Refuses documents by name, or fails for everybody while it is away. */
class TroubledWriter extends MemoryStoreWriter {
  away = false;
  writes = 0;

  override writePending(batch: PendingBatch): Promise<PendingResult> {
    this.writes += 1;
    if (this.away) return Promise.reject(new TransientFailure('away'));
    if (batch.parts.some(({ documentId }) => documentId === 'bad')) {
      return Promise.reject(new PermanentFailure('refused', { reason: 'store-refused' }));
    }
    return super.writePending(batch);
  }
}

describe('WriterStage', () => {
  let store: MemoryStore;
  let writer: TroubledWriter;
  let handler: PartitionHandler;
  let metrics: Metrics;
  let offset: bigint;

  beforeEach(() => {
    store = new MemoryStore();
    writer = new TroubledWriter('redis', store);
    metrics = new Metrics();
    handler = new WriterStage(writer, { writeDeadlineMs }, metrics).open('saga', 0);
    offset = 100n;
  });

  function received(event: Emission): ReceivedEvent {
    const record = {
      id: `${offset}`,
      key: documentKey(event.payload),
      topic: 'saga',
      partition: 0,
      offset,
      headers: {},
    };
    offset += 1n;
    return { ...event, ...record, timestampMs: atMs };
  }

  /** The log holds so many more records than those that are handled. */
  function handle(
    events: readonly Emission[],
    { triedForMs = 0, more = 0n }: { triedForMs?: number; more?: bigint } = {},
  ): Promise<PartitionResult> {
    const signal = new AbortController().signal;
    const batch = events.map(received);
    const [readTo, end] = [offset, offset + more];
    const log = { readTo, logEnd: () => Promise.resolve(end) };
    return handler.handle(batch, { signal, attempt: 0, triedForMs, nowMs: () => atMs, ...log });
  }

  const parts = (embedded: readonly DocumentEmbedded[]): Emission[] =>
    embedded.map((part) => emission('DocumentEmbedded', part));
  const receipts = (embedded: readonly DocumentEmbedded[]): Emission[] =>
    storeNames.map((name) => emission('StoreWritten', receiptOf(embedded, name)));
  const retractionOf = (document: readonly DocumentEmbedded[], ingestionId: string): Emission => {
    const { namespace, documentId, version } = ref(document);
    const why = { reason: '', retractedAt: atMs };
    return emission('DocumentRetracted', { namespace, documentId, ingestionId, version, ...why });
  };
  const said = ({ emissions }: PartitionResult): string[] =>
    emissions.map(({ type, payload }) => `${type} ${payload.documentId}`);

  it('says that it holds an ingestion once it has all parts of it', async () => {
    const document = anIngestion({ documentId: 'a' }).withParts(3).build();

    const early = await handle(parts(document.slice(0, 2)));
    const whole = await handle(parts(document.slice(2)));

    expect(said(early)).toEqual([]);
    expect(whole.emissions).toEqual([emission('StoreWritten', { ...receiptOf(document, 'redis'), writtenAt: atMs })]);
  });

  it.each(['compensate', 'promote', 'retract'] as const)(
    'never gives up to %s, whatever its store throws',
    async (verb) => {
      const document = anIngestion({ documentId: 'a' }).build();
      const why = { requestedBy: 'extractor', reason: 'test', message: 'test', requestedAt: atMs, confirmed: false };
      const decision = {
        compensate: emission('CompensationRequested', { ...ref(document), ...why }),
        promote: receipts(document)[3] as Emission,
        retract: retractionOf(document, '01930000-0000-7000-8000-000000000001'),
      };
      jest.spyOn(writer, verb).mockRejectedValue(new PermanentFailure('refused', { reason: 'store-refused' }));
      handler = insisting(handler);
      await handle([...parts(document), ...receipts(document).slice(0, 3)]);

      await expect(handle([decision[verb]])).rejects.toBeInstanceOf(TransientFailure);
    },
  );

  it('finds the one document a store refuses, and writes its neighbours', async () => {
    const documents = ['a', 'b', 'bad', 'c', 'd'].map((documentId) => anIngestion({ documentId }).build());

    const result = await handle(documents.flatMap(parts));

    expect(said(result).sort()).toEqual([
      'CompensationRequested bad',
      'StoreWritten a',
      'StoreWritten b',
      'StoreWritten c',
      'StoreWritten d',
    ]);
    expect(writer.writes).toBeLessThanOrEqual(7);
    expect(result.deadLetters?.map((letter) => letter.offset)).toEqual([102n]);
  });

  it('makes an ingestion live with the fourth receipt, and holds nothing back any more', async () => {
    const document = anIngestion({ documentId: 'a' }).build();

    const open = await handle([...parts(document), ...receipts(document).slice(0, 3)]);
    const decided = await handle(receipts(document).slice(3));

    expect(open.lowWater).toBe(100n);
    expect(said(decided)).toEqual(['StorePromoted a']);
    expect(decided.lowWater).toBeUndefined();
    expect(store.live('default').documents).toHaveLength(1);
  });

  it('waits for nothing, and decides nothing, where receipts come of what it knows no part of any more', async () => {
    const document = anIngestion({ documentId: 'a' }).build();
    const [first, ...others] = receipts(document);

    const read = [await handle(first === undefined ? [] : [first]), await handle(others)];

    expect(read.map(({ lowWater }) => lowWater)).toEqual([undefined, undefined]);
    expect(read.flatMap(said)).toEqual([]);
  });

  it('gives no receipt for an ingestion of which its store refused a part, though it takes the others', async () => {
    const document = anIngestion({ documentId: 'a' }).withParts(2).build();
    const refusal = new PermanentFailure('refused', { reason: 'store-refused' });
    jest.spyOn(writer, 'writePending').mockRejectedValueOnce(refusal);

    const results = [await handle(parts(document.slice(0, 1))), await handle(parts(document.slice(1)))];

    expect(results.flatMap(said)).toEqual(['CompensationRequested a']);
  });

  it('undoes what it wrote when another writer asks for it', async () => {
    const document = anIngestion({ documentId: 'a' }).build();
    const why = {
      requestedBy: 'writer-neo4j',
      reason: 'store-refused',
      message: 'no',
      requestedAt: atMs,
      confirmed: false,
    };

    await handle(parts(document));
    const undone = await handle([emission('CompensationRequested', { ...ref(document), ...why })]);

    expect(said(undone)).toEqual(['StoreCompensated a']);
    expect(store.everything()).toEqual([]);
  });

  it('does not undo an ingestion because another document claims its id', async () => {
    const document = anIngestion({ documentId: 'a' }).build();
    const why = { requestedBy: 'extractor', reason: 'test', message: 'test', requestedAt: atMs, confirmed: false };
    const thief = { ...ref(document), documentId: 'b' };

    await handle(parts(document));
    await handle([emission('CompensationRequested', { ...thief, ...why })]);
    const decided = await handle(receipts(document));

    expect(said(decided)).toEqual(['StorePromoted a']);
  });

  it('lets a retraction win over parts that come after it in the same batch', async () => {
    const document = anIngestion({ documentId: 'a', version: 2 }).build();
    const ingestionId = '01930000-0000-7000-8000-000000000001';

    const result = await handle([retractionOf(document, ingestionId), ...parts(document)]);

    expect(said(result)).toContain('StoreRetracted a');
    expect(said(result)).toContain('StoreCompensated a');
    expect(result.lowWater).toBeUndefined();
    expect(store.everything()).toEqual([]);
  });

  it.each([
    ['in the batch that decided it', 2],
    ['in a batch of its own', 1],
  ])('obeys a retraction that carries the id of another ingestion, %s', async (_, cut) => {
    const document = anIngestion({ documentId: 'a' }).build();
    const other = anIngestion({ documentId: 'b' }).build();
    const why = { requestedBy: 'extractor', reason: 'test', message: 'test', requestedAt: atMs, confirmed: false };
    const undone = emission('CompensationRequested', { ...ref(other), ...why });
    await handle([...parts(document), ...receipts(document), ...parts(other)]);
    const events = [undone, retractionOf(document, ref(other).ingestionId)];

    const results = [await handle(events.slice(0, cut)), await handle(events.slice(cut))];

    expect(results.flatMap(said)).toEqual(['StoreCompensated b', 'StoreRetracted a']);
    expect(store.everything()).toEqual([]);
  });

  it('retries a store that is away, and gives its documents up past the write deadline', async () => {
    const document = anIngestion({ documentId: 'a' }).build();
    writer.away = true;

    await expect(handle(parts(document), { triedForMs: writeDeadlineMs - 1 })).rejects.toBeInstanceOf(TransientFailure);
    const late = await handle(parts(document), { triedForMs: writeDeadlineMs });

    expect(late.emissions).toMatchObject([
      { type: 'CompensationRequested', payload: { requestedBy: 'writer-redis', reason: 'write-deadline' } },
    ]);
  });

  it('asks for compensation past the write deadline though the batch also holds a decision that has to wait', async () => {
    const [mine, other] = ['a', 'b'].map((documentId) => anIngestion({ documentId }).build());
    const why = { requestedBy: 'extractor', reason: 'test', message: 'test', requestedAt: atMs, confirmed: false };
    const batch = [emission('CompensationRequested', { ...ref(other ?? []), ...why }), ...parts(mine ?? [])];
    writer.away = true;

    const expired = await handle(batch, { triedForMs: writeDeadlineMs });
    offset = 100n;
    writer.away = false;
    const writes = writer.writes;
    const later = await handle(batch);

    expect(said(expired)).toEqual(['CompensationRequested a']);
    expect(expired.processed).toBe(0);
    expect(said(later)).toEqual(['StoreCompensated b']);
    expect(later.deadLetters?.map((letter) => letter.offset)).toEqual([101n]);
    expect(writer.writes).toBe(writes);
    expect(later.lowWater).toBe(101n);
  });

  it('counts what is undecided while it owns the partition, and no longer', async () => {
    const open = (): Promise<unknown> => metrics.sagasOpen.get().then(({ values }) => values.map(({ value }) => value));

    await handle(parts(anIngestion({ documentId: 'a' }).build()));
    const owned = await open();
    handler.close?.();
    await handle(parts(anIngestion({ documentId: 'b' }).build()));

    expect(owned).toEqual([1]);
    expect(await open()).toEqual([]);
  });

  it('does not advance when a step fails, so that the same batch can be handed in again', async () => {
    const document = anIngestion({ documentId: 'a' }).build();
    writer.away = true;
    await expect(handle(parts(document))).rejects.toBeInstanceOf(TransientFailure);
    writer.away = false;
    offset = 100n;

    const again = await handle(parts(document));

    expect(said(again)).toEqual(['StoreWritten a']);
    expect(again.lowWater).toBe(100n);
  });

  it('says the outcome again when a restart reads a settled ingestion from the log', async () => {
    const document = anIngestion({ documentId: 'a' }).build();
    const log = [...parts(document), ...receipts(document)];
    await handle(log);
    handler = new WriterStage(writer, { writeDeadlineMs }, new Metrics()).open('saga', 0);

    const again = await handle(log);

    expect(said(again)).toEqual(['StorePromoted a']);
    expect(store.live('default').documents).toHaveLength(1);
  });

  it('says again that an ingestion is undone, or live, when it is asked again to undo it', async () => {
    const [live, undone] = ['a', 'b'].map((documentId) => anIngestion({ documentId }).build());
    const request = (document: DocumentEmbedded[], requestedBy: string): Emission =>
      emission('CompensationRequested', {
        ...ref(document),
        ...{ requestedBy, reason: 'test', message: 'test', requestedAt: atMs, confirmed: false },
      });
    await handle([
      ...parts(live ?? []),
      ...receipts(live ?? []),
      ...parts(undone ?? []),
      request(undone ?? [], 'cancel'),
    ]);

    const again = await handle([request(live ?? [], 'deadline'), request(undone ?? [], 'deadline')]);

    expect(said(again)).toEqual(['StorePromoted a', 'StoreCompensated b']);
    expect(store.live('default').documents).toHaveLength(1);
  });

  describe('a request to undo what its store holds pending, of which it has read no part', () => {
    const confirmed = (document: readonly DocumentEmbedded[], vouchedFor: boolean): Emission => {
      const why = { requestedBy: 'deadline', reason: 'deadline', message: 'late', requestedAt: atMs };
      return emission('CompensationRequested', { ...ref(document), ...why, confirmed: vouchedFor });
    };
    const request = (document: readonly DocumentEmbedded[]): Emission => confirmed(document, false);
    const stateOf = (document: readonly DocumentEmbedded[]): Promise<unknown> =>
      writer.states([ref(document)], new AbortController().signal);
    const document = anIngestion({ documentId: 'a' }).build();
    const other = anIngestion({ documentId: 'b' }).build();

    beforeEach(async () => {
      await handle(parts(document));
      handler = new WriterStage(writer, { writeDeadlineMs }, metrics).open('saga', 0);
      offset = 200n;
    });

    it('is passed over where the log ends without one: a decision may be trimmed with them', async () => {
      const late = await handle([request(document)]);

      expect(said(late)).toEqual([]);
      expect(late.lowWater).toBeUndefined();
      expect(await stateOf(document)).toEqual(['pending']);
    });

    it('waits until that is known, then holds nothing back any more', async () => {
      const asked = await handle([request(document)], { more: 2n });
      const before = await handle(receipts(document).slice(0, 1), { more: 1n });
      const read = await handle([request(other)]);

      expect([asked, before, read].map(({ lowWater }) => lowWater)).toEqual([200n, 200n, undefined]);
      expect([...said(asked), ...said(before), ...said(read)]).toEqual(['StoreCompensated b']);
      expect(await stateOf(document)).toEqual(['pending']);
    });

    it('counts if a part follows: the process that wrote it ended in between', async () => {
      await handle([request(document)], { more: 5n });
      const followed = await handle(parts(document), { more: 4n });
      const late = await handle(receipts(document));

      expect(said(followed)).toContain('StoreCompensated a');
      expect(followed.lowWater).toBeUndefined();
      expect(said(late)).not.toContain('StorePromoted a');
      expect(store.everything()).toEqual([]);
    });

    it('is forgotten too when the rest of the log holds nothing for it', async () => {
      const asked = await handle([request(document)], { more: 3n });
      offset += 3n;
      const read = await handle([]);

      expect([asked, read].map(({ lowWater }) => lowWater)).toEqual([200n, undefined]);
      expect(said(read)).toEqual([]);
    });

    it('holds nothing back for longer than a batch can be, however long the log is', async () => {
      await handle([request(document)], { more: 1_000_000n });
      offset = 200n + 10_000n;
      const read = await handle([], { more: 990_000n });

      expect(read.lowWater).toBeUndefined();
    });

    it('is withheld anew, by another request, where the first one has become vain', async () => {
      const results = [
        await handle([request(document)], { more: 1n }),
        await handle([request(other), request(document)], { more: 1n }),
        await handle(parts(document)),
      ];

      expect(results.flatMap(said)).toEqual(['StoreCompensated b', 'StoreWritten a', 'StoreCompensated a']);
    });

    it.each([0, 1])('counts if the ledger vouches for it, with %i others before it', async (before) => {
      const requests = [...Array.from({ length: before }, () => request(document)), confirmed(document, true)];

      const undone = await handle(requests, { more: 3n });

      expect(said(undone)).toEqual(['StoreCompensated a']);
      expect(undone.lowWater).toBeUndefined();
    });
  });

  it('carries out again what its store had begun before a restart', async () => {
    const [live, undone] = ['a', 'b'].map((documentId) => anIngestion({ documentId }).build());
    const why = { requestedBy: 'extractor', reason: 'test', message: 'test', requestedAt: atMs, confirmed: false };
    const log = [
      ...[...parts(live ?? []), ...receipts(live ?? []), ...parts(undone ?? [])],
      emission('CompensationRequested', { ...ref(undone ?? []), ...why }),
    ];
    await handle(log);
    const [promote, compensate] = [jest.spyOn(writer, 'promote'), jest.spyOn(writer, 'compensate')];
    handler = new WriterStage(writer, { writeDeadlineMs }, new Metrics()).open('saga', 0);

    const again = await handle(log);

    expect(promote.mock.calls.map(([refs]) => refs.map(({ documentId }) => documentId))).toEqual([['a']]);
    expect(compensate.mock.calls.map(([refs]) => refs.map(({ documentId }) => documentId))).toEqual([['b']]);
    expect(said(again)).toEqual(['StorePromoted a', 'StoreCompensated b']);
  });
});
