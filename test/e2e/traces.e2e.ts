import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { storeNames } from '#stores/port';

import { OtlpReceiver, type ReceivedSpan } from '../services/otlp-receiver.js';
import { eventually } from './eventually.js';
import { KafkaOutsider, submittedTopic } from './kafka-outsider.js';
import { lookAtDeadlines } from './look-at-deadlines.js';
import { acceptedOf } from './penstock-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acmeReport } from './samples.js';

const dayMs = 24 * 60 * 60 * 1000;
const canary = 'CANARYofATrace';
const namespace = aNamespace('traces');
const outsider = new KafkaOutsider();
const stages = ['stager', 'parser', 'extractor', 'embedder'];
const consumers = [...stages, ...storeNames.map((store) => `writer-${store}`), 'ledger', 'janitor'];
let receiver: OtlpReceiver;
let penstock: PenstockUnderTest;

beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  const settings = { otlpEndpoint: receiver.address, failWriter: 'qdrant:refused' };
  [penstock] = await Promise.all([startPenstock(settings), outsider.connect()]);
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([outsider.close(), receiver.stop()]);
  expect(penstock.fatal).toEqual([]);
});

interface Upstream {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceparent: string;
}

function anUpstreamSpan(): Upstream {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
}

/** Sends a submission as an upstream producer does that traces its own work. */
async function submitByKafka(documentId: string, { traceparent }: Upstream, content = acmeReport): Promise<void> {
  const payload = { namespace, documentId, content, source: 'inline', submittedAt: Date.now() };
  await outsider.send(submittedTopic, { value: await outsider.encodeSubmitted(payload), headers: { traceparent } });
}

async function submitByHttp(documentId: string, { traceparent }: Upstream, content = acmeReport): Promise<string> {
  const document = { namespace, documentId, source: 'inline', content, title: canary, metadata: { note: canary } };
  return acceptedOf(await penstock.api.json('/v1/documents', document, { traceparent })).ingestionId;
}

/** The trace of one document, once the last of its stages is in it. */
function wholeTrace({ traceId }: Upstream): Promise<ReceivedSpan[]> {
  return eventually(`the trace ${traceId} to be whole`, () => {
    const spans = receiver.trace(traceId);
    const janitor = spans.some(({ attributes }) => attributes['penstock.role'] === 'janitor');
    const outcomes = spans.filter(({ name }) => name === 'process penstock.documents.outcomes');
    return janitor && outcomes.some(({ attributes }) => attributes['penstock.role'] === 'ledger') ? spans : undefined;
  });
}

function processedBy(spans: readonly ReceivedSpan[]): string[] {
  const roles = spans.filter(({ kind }) => kind === 5).map(({ attributes }) => attributes['penstock.role'] ?? '');
  return [...new Set(roles)].sort();
}

/** Spans whose parent is neither in the trace nor the span of whoever submitted the document. */
function orphans(spans: readonly ReceivedSpan[], { spanId }: Upstream): string[] {
  const known = new Set([spanId, ...spans.map((span) => span.spanId)]);
  return spans.filter(({ parentId }) => !known.has(parentId)).map(({ name }) => name);
}

function named(spans: readonly ReceivedSpan[], name: string): ReceivedSpan[] {
  return spans.filter((span) => span.name === name);
}

describe('a document whose submitter traces it', () => {
  it('through Kafka has one trace, through every stage and all four stores to its end', async () => {
    const upstream = anUpstreamSpan();
    await submitByKafka(`${canary}-by-kafka`, upstream, `${acmeReport}\n${canary}`);

    const spans = await wholeTrace(upstream);

    expect(processedBy(spans)).toEqual([...consumers].sort());
    expect(orphans(spans, upstream)).toEqual([]);
    for (const store of storeNames) {
      expect(named(spans, `write ${store}`)[0]?.attributes['penstock.state']).toBe('pending');
      expect(named(spans, `promote ${store}`)[0]?.attributes['penstock.state']).toBe('live');
    }
    expect(named(spans, 'extract local/rules-1').length + named(spans, 'embeddings hash/384').length).toBeGreaterThan(
      1,
    );
    expect(named(spans, 'conclude')[0]).toMatchObject({
      attributes: { 'penstock.status': 'live' },
      status: { code: 0 },
    });
    expect(new Set(spans.flatMap(({ attributes }) => attributes['penstock.ingestion.id'] ?? [])).size).toBe(1);
  });

  it('through HTTP has one trace, also over the outbox', async () => {
    const upstream = anUpstreamSpan();
    const ingestionId = await submitByHttp(`${canary}-by-http`, upstream, `${acmeReport}\n${canary} too`);

    const spans = await wholeTrace(upstream);

    expect(processedBy(spans)).toEqual([...consumers].sort());
    expect(orphans(spans, upstream)).toEqual([]);
    expect(named(spans, 'POST /v1/documents')[0]).toMatchObject({ parentId: upstream.spanId, kind: 2 });
    const sent = named(spans, `send ${submittedTopic}`);
    expect(sent.map(({ attributes }) => attributes['penstock.role'])).toEqual(['relay']);
    const ids = spans.flatMap(({ attributes }) => attributes['penstock.ingestion.id'] ?? []);
    expect(new Set(ids)).toEqual(new Set([ingestionId]));
  });

  it('keeps its trace to itself where documents are handled together', async () => {
    const upstreams = Array.from({ length: 12 }, () => anUpstreamSpan());
    await Promise.all(upstreams.map((upstream, n) => submitByHttp(`together-${n}`, upstream, `${acmeReport} ${n}`)));

    const traces = await Promise.all(upstreams.map(wholeTrace));

    for (const [n, spans] of traces.entries()) {
      expect(processedBy(spans)).toEqual([...consumers].sort());
      expect(orphans(spans, upstreams[n] ?? anUpstreamSpan())).toEqual([]);
      expect(new Set(spans.flatMap(({ attributes }) => attributes['penstock.ingestion.id'] ?? [])).size).toBe(1);
    }
  });

  it('that is undone shows in its trace which store refused it, and what the others did', async () => {
    const upstream = anUpstreamSpan();
    await submitByKafka('refused', upstream);

    const spans = await wholeTrace(upstream);

    const failed = spans.filter(({ status, kind }) => status.code === 2 && kind === 3);
    expect(failed.map(({ name, status }) => [name, status.message])).toEqual([['write qdrant', 'failure-drill']]);
    for (const store of storeNames) {
      expect(named(spans, `compensate ${store}`)[0]?.attributes['penstock.state']).toBe('compensated');
    }
    expect(named(spans, 'conclude')[0]).toMatchObject({
      attributes: { 'penstock.status': 'rolled_back', 'penstock.failed_role': 'writer-qdrant' },
      status: { code: 2, message: 'failure-drill' },
    });
    expect(orphans(spans, upstream)).toEqual([]);
  });
});

describe('what nobody decides in time', () => {
  it('is undone as part of its own trace, and so is a deletion that is said again', async () => {
    const [submission, deletion] = [anUpstreamSpan(), anUpstreamSpan()];
    await penstock.pause();
    await penstock.restart(['writer-redis']);
    const ingestionId = await submitByHttp('overdue', submission);
    const { traceparent } = deletion;
    const path = `/v1/documents/gone?namespace=${namespace}`;
    const gone = await submitByHttp('gone', anUpstreamSpan());
    await penstock.api.writtenByThree(ingestionId);
    await penstock.api.writtenByThree(gone);
    await penstock.api.ask('DELETE', path, { headers: { traceparent } });

    await lookAtDeadlines(penstock.config, 2 * dayMs);
    await penstock.pause();
    await penstock.restart();
    const [undone, removed] = await Promise.all([wholeTrace(submission), wholeTrace(deletion)]);

    expect(orphans(undone, submission)).toEqual([]);
    expect(orphans(removed, deletion)).toEqual([]);
    expect(named(undone, 'conclude')[0]?.attributes).toMatchObject({
      'penstock.failed_role': 'deadline',
      'penstock.ingestion.id': ingestionId,
    });
    for (const store of storeNames) expect(named(undone, `compensate ${store}`)).not.toEqual([]);
    const relayed = (spans: readonly ReceivedSpan[]): ReceivedSpan[] =>
      named(spans, 'send penstock.documents.saga').filter((span) => span.attributes['penstock.role'] === 'relay');
    expect(relayed(undone).length).toBeGreaterThan(0);
    expect(relayed(removed).length).toBeGreaterThan(1);
  });
});

describe('traces', () => {
  it('hold no words of documents, and no names that users gave them', () => {
    expect(receiver.spans.length).toBeGreaterThan(100);
    expect(receiver.bodies.some((body) => body.includes(canary))).toBe(false);
    expect(receiver.bodies.some((body) => body.includes('ACME'))).toBe(false);
  });

  it('have names from a closed set', () => {
    const names = new Set(receiver.spans.map(({ name }) => name));

    expect([...names].filter((name) => !spanName.test(name))).toEqual([]);
  });
});

describe('a collector', () => {
  it.each(['that refuses', 'that never answers'])(
    '%s holds up neither documents nor the end of a process',
    async (how) => {
      const own = await OtlpReceiver.start();
      const { address } = own;
      if (how === 'that refuses') await own.stop();
      else own.hold();
      const deaf = await startPenstock({ otlpEndpoint: address });
      const { ingestionId } = await deaf.api.inline(namespace, `deaf-${how}`, acmeReport);

      const { status } = await deaf.api.outcome(ingestionId);
      await deaf.stop();

      expect(status).toBe('live');
      expect(deaf.fatal).toEqual([]);
      await own.stop().catch(() => undefined);
    },
  );
});

const topic = 'penstock\\.documents\\.(submitted|staged|parsed|extracted|saga|outcomes|dead-letter)';
const verb = `(write|promote|compensate|retract) (${storeNames.join('|')})`;
const spanName = new RegExp(
  `^((send|process) ${topic}|${verb}|(extract|embeddings) \\S+|conclude|(GET|POST|DELETE) /v1/[a-z-]+(/:[a-zA-Z]+)?)$`,
);
