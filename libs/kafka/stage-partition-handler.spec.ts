import { describe, expect, it } from '@jest/globals';

import { documentKey, type DocumentStaged, type EventPayloads } from '#events';
import { PermanentFailure, TransientFailure } from '#failure';

import { groupByCause } from './cause-of.js';
import { EmittingStage, StageHandler, type ReceivedEvent, type StageContext } from './contract.js';
import { producedBy, StagePartitionHandler } from './stage-partition-handler.js';

const settings = {
  ...{ role: 'parser', produces: 'DocumentParsed' as const, handlerDeadlineMs: 1000, writeDeadlineMs: 5000 },
  ...{ outputBytesMax: 1e6, sliceMs: 1000, graceMs: 1000 },
};

function anEvent(documentId: string, offset: bigint): ReceivedEvent {
  const ingestionId = `018f4e2a-0000-7000-8000-${String(offset).padStart(12, '0')}`;
  const payload = { namespace: 'acme', documentId, ingestionId, version: 1 } as DocumentStaged;
  const place = { topic: 'penstock.documents.staged', partition: 0, offset, timestampMs: 0, headers: {} };
  return { type: 'DocumentStaged', payload, id: `id-${documentId}`, key: documentKey(payload), ...place };
}

function aContext(overrides: Partial<StageContext> = {}): StageContext {
  return { signal: new AbortController().signal, attempt: 0, triedForMs: 0, nowMs: () => 0, ...overrides };
}

/** Turns a document into itself, or fails as its id says. */
class Echo extends StageHandler<'DocumentStaged', 'DocumentParsed'> {
  handle(document: DocumentStaged): Promise<EventPayloads['DocumentParsed'][]> {
    if (document.documentId === 'down') return Promise.reject(new TransientFailure('down', { reason: 'store-down' }));
    if (document.documentId === 'bad') return Promise.reject(new PermanentFailure('bad', { reason: 'empty' }));
    return Promise.resolve([document as unknown as EventPayloads['DocumentParsed']]);
  }
}

const handler = new StagePartitionHandler(new Echo(), settings);

describe('a simple stage over a partition', () => {
  it('gives up what fails for good and goes on with its neighbours', async () => {
    const batch = [anEvent('a', 1n), anEvent('bad', 2n), anEvent('c', 3n)];

    const result = await handler.handle(batch, aContext());

    expect(result.processed).toBe(3);
    expect(result.emissions.map(({ type }) => type)).toEqual([
      'DocumentParsed',
      'CompensationRequested',
      'DocumentParsed',
    ]);
    expect(result.deadLetters).toMatchObject([{ offset: 2n, failure: { reason: 'empty' } }]);
  });

  it('ends before an event that has to wait, so that what is done can be published', async () => {
    const result = await handler.handle([anEvent('a', 1n), anEvent('down', 2n), anEvent('c', 3n)], aContext());

    expect(result).toMatchObject({ processed: 1, emissions: [{ type: 'DocumentParsed' }] });
  });

  it('lets the first event wait until the write deadline, and no longer', async () => {
    const batch = [anEvent('down', 1n), anEvent('b', 2n)];

    await expect(handler.handle(batch, aContext({ triedForMs: 4999 }))).rejects.toMatchObject({ reason: 'store-down' });
    const result = await handler.handle(batch, aContext({ triedForMs: 5000 }));

    expect(result.processed).toBe(2);
    expect(result.emissions[0]).toMatchObject({ type: 'CompensationRequested', payload: { reason: 'store-down' } });
  });

  it('publishes before it has too much in hand', async () => {
    const small = new StagePartitionHandler(new Echo(), { ...settings, outputBytesMax: 1 });

    const result = await small.handle([anEvent('a', 1n), anEvent('b', 2n)], aContext());

    expect(result.processed).toBe(1);
  });

  it('produces at most one type of event', () => {
    const role = { role: 'x', consumes: ['DocumentStaged'] as const };

    expect(producedBy({ ...role, produces: ['CompensationRequested', 'DocumentParsed'] })).toBe('DocumentParsed');
    expect(producedBy({ ...role, produces: [] })).toBeUndefined();
    expect(() => producedBy({ ...role, produces: ['DocumentParsed', 'StoreWritten'] })).toThrow(PermanentFailure);
  });
});

describe('a stage that nobody could make up for', () => {
  class Patient extends EmittingStage<'DocumentStaged'> {
    override readonly patient = true;

    handle({ documentId }: DocumentStaged): Promise<never[]> {
      if (documentId === 'bad') return Promise.reject(new PermanentFailure('bad', { reason: 'empty' }));
      return Promise.reject(new TransientFailure('down', { reason: 'store-down' }));
    }
  }
  const patient = new StagePartitionHandler(new Patient(), settings);

  it('waits past the write deadline for what may pass', async () => {
    const long = aContext({ triedForMs: 1e9 });

    await expect(patient.handle([anEvent('down', 1n)], long)).rejects.toMatchObject({ reason: 'store-down' });
  });

  it('gives up what does not pass', async () => {
    expect(await patient.handle([anEvent('bad', 1n)], aContext())).toMatchObject({ deadLetters: [{ offset: 1n }] });
  });
});

describe('causes', () => {
  it('finds the event each emission follows from and keeps their order', async () => {
    const batch = [anEvent('a', 1n), anEvent('b', 2n)];
    const { emissions } = await handler.handle(batch, aContext());

    expect(groupByCause(emissions, batch).map(({ cause }) => cause.id)).toEqual(['id-a', 'id-b']);
  });
});
