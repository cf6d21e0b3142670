import { describe, expect, it } from '@jest/globals';

import { emission, topics, type Emission } from '#events';
import { PermanentFailure } from '#failure';
import { traceparentOf } from '#telemetry';

import { RecordedTracer } from '../../test/builders/index.js';
import { groupByCause } from './cause-of.js';
import type { ReceivedEvent } from './contract.js';
import type { RawRecord } from './kafka-record.js';
import { traceProcess } from './process-spans.js';
import { traceSend } from './send-spans.js';

const [first, second] = ['1', '2'].map((digit) => `00-${digit.repeat(32)}-00f067aa0ba902b7-01`);
const idOf = (n: number): string => `018f4e2a-0000-7000-8000-00000000000${n}`;

function received(n: number, offset: number, traceparent?: string): ReceivedEvent {
  const payload = { namespace: 'acme', documentId: `report-${n}`, ingestionId: idOf(n), version: 1 };
  const headers = traceparent === undefined ? {} : { traceparent };
  const where = { topic: 'penstock.documents.saga', partition: 2, offset: BigInt(offset), timestampMs: 0 };
  return {
    type: 'StoreWritten',
    payload,
    id: `e${offset}`,
    key: `acme/report-${n}`,
    headers,
    ...where,
  } as ReceivedEvent;
}

function said(n: number): Emission {
  const ref = { namespace: 'acme', documentId: `report-${n}`, ingestionId: idOf(n), version: 1 };
  return emission('StorePromoted', { ...ref, store: 'redis', replaced: [], promotedAt: 0 });
}

function record(n: number, headers: Record<string, string> = {}, topic: string = topics.saga.name): RawRecord {
  return { topic, key: `acme/report-${n}`, value: null, headers: { ce_ingestionid: idOf(n), ...headers } };
}

const traceOf = (traceparent: unknown): string => String(traceparent).slice(3, 35);

describe('spans of a batch', () => {
  it('are one for each ingestion, as part of what its first event is part of, and linked to the rest', async () => {
    const tracer = new RecordedTracer();
    const batch = [received(1, 7, first), received(2, 8, second), received(1, 9, second)];

    await traceProcess(tracer, 'writer-redis', batch, () => Promise.resolve());

    expect(tracer.spans).toMatchObject([
      {
        name: 'process penstock.documents.saga',
        parent: first,
        links: [second],
        attributes: {
          'penstock.ingestion.id': idOf(1),
          'messaging.batch.message_count': 2,
          'messaging.kafka.offset': 7,
          'messaging.destination.partition.id': '2',
          'messaging.consumer.group.name': 'penstock.writer-redis',
        },
      },
      { parent: second, links: [], attributes: { 'penstock.ingestion.id': idOf(2) } },
    ]);
    expect(JSON.stringify(tracer.spans)).not.toContain('report-');
  });

  it('lead to what follows from their events, also where both documents are handled together', async () => {
    const tracer = new RecordedTracer();
    const batch = [received(1, 7, first), received(2, 8, second)];

    const inHand = await traceProcess(tracer, 'ledger', batch, () =>
      Promise.resolve([traceparentOf(idOf(1)), traceparentOf(idOf(2)), traceparentOf(idOf(3))]),
    );
    const causes = groupByCause([said(2), said(1)], batch).map(({ cause }) => cause.traceparent);

    const spans = tracer.spans.map(({ traceparent }) => traceparent);
    expect(inHand).toEqual([...spans, undefined]);
    expect(causes).toEqual(spans.toReversed());
    expect(causes.map(traceOf)).toEqual([traceOf(second), traceOf(first)]);
  });

  it('fail by the reason of what was thrown', async () => {
    const tracer = new RecordedTracer();
    const refused = new PermanentFailure('the words of a document', { reason: 'unsupported' });

    const handling = traceProcess(tracer, 'parser', [received(1, 7, first)], () => Promise.reject(refused));

    await expect(handling).rejects.toBe(refused);
    expect(tracer.spans).toMatchObject([{ failure: 'unsupported' }]);
  });

  it('are not needed to hand on what an event is part of', () => {
    const causes = groupByCause([said(1)], [received(1, 7, first)]);

    expect(causes.map(({ cause }) => cause)).toEqual([{ id: 'e7', traceparent: first }]);
  });
});

describe('spans of what is sent', () => {
  it('are one for each ingestion and topic, and stand in the headers', async () => {
    const tracer = new RecordedTracer();
    const sent: RawRecord[] = [];
    const records = [record(1, { traceparent: first ?? '' }), record(2), record(1, { traceparent: first ?? '' })];

    await traceSend({ tracer, role: 'relay' }, records, (given) => Promise.resolve(void sent.push(...given)));

    expect(tracer.spans).toMatchObject([
      { name: 'send penstock.documents.saga', parent: first, attributes: { 'messaging.batch.message_count': 2 } },
      { parent: undefined, attributes: { 'penstock.ingestion.id': idOf(2) } },
    ]);
    const [one, two] = tracer.spans.map(({ traceparent }) => traceparent);
    expect(sent.map(({ headers }) => headers['traceparent'])).toEqual([one, two, one]);
  });

  it('leave the headers of a dead letter as they were', async () => {
    const tracer = new RecordedTracer();
    const letter = record(1, { traceparent: first ?? '' }, topics.deadLetter.name);
    let sent: readonly RawRecord[] = [];

    await traceSend({ tracer, role: 'parser' }, [letter], (given) => Promise.resolve(void (sent = given)));

    expect(sent).toEqual([letter]);
    expect(tracer.spans).toMatchObject([{ name: 'send penstock.documents.dead-letter', parent: first }]);
  });
});
