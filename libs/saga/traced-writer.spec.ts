import { beforeEach, describe, expect, it } from '@jest/globals';

import { MemoryStore, MemoryStoreWriter } from '#stores/memory';
import { inSpansOf } from '#telemetry';

import { anIngestion, RecordedTracer, ref } from '../../test/builders/index.js';
import { withFailureDrill } from './failure-drill.js';
import { writePending } from './pending-writes.js';
import { TracedWriter } from './traced-writer.js';

const signal = new AbortController().signal;
const good = anIngestion({ documentId: 'good' }).build();
const bad = anIngestion({ documentId: 'refused' }).build();
const parents = new Map([...good, ...bad].map(({ ingestionId }, n) => [ingestionId, `00-${n}${'a'.repeat(31)}-b-01`]));
let tracer: RecordedTracer;
let writer: TracedWriter;

beforeEach(() => {
  tracer = new RecordedTracer();
  const store = new MemoryStoreWriter('redis', new MemoryStore());
  writer = new TracedWriter(withFailureDrill(store, 'redis:refused'), tracer);
});

function seen(): unknown[] {
  return tracer.spans.map(({ name, attributes, failure }) => [
    name,
    attributes['penstock.ingestion.id'],
    attributes['penstock.state'],
    failure,
  ]);
}

describe('a traced writer', () => {
  it('has a span for each ingestion, with what became of it, in the trace of its events', async () => {
    const ingestion = ref(good);
    const { ingestionId } = ingestion;

    await inSpansOf(parents, async () => {
      await writer.writePending({ parts: good, receipts: [], signal });
      await writer.promote([ingestion], signal);
      await writer.retract([ingestion], signal);
    });

    expect(seen()).toEqual([
      ['write redis', ingestionId, 'pending', undefined],
      ['promote redis', ingestionId, 'live', undefined],
      ['retract redis', ingestionId, undefined, undefined],
    ]);
    expect(new Set(tracer.spans.map(({ parent }) => parent))).toEqual(new Set([parents.get(ingestionId)]));
  });

  it('fails for the one that is refused, and not for its neighbour of the same batch', async () => {
    await inSpansOf(parents, () => writePending(writer, [...good, ...bad], [], signal));

    const failed = tracer.spans.filter(({ failure }) => failure !== undefined);
    expect(failed).toMatchObject([
      { attributes: { 'penstock.ingestion.id': bad[0]?.ingestionId }, failure: 'failure-drill' },
    ]);
    const together = tracer.spans.filter(({ attributes }) => attributes['penstock.refused_together'] === 2);
    expect(together).toHaveLength(2);
  });
});
