import { describe, expect, it } from '@jest/globals';

import { emission, type DocumentEmbedded } from '#events';
import { storeNames } from '#stores/port';

import { anIngestion, receiptOf } from '../builders/index.js';
import { readSagaLog, unlikeReference, type Contents, type LogRecord } from '../checker/index.js';
import { reference } from './reference.js';

const one = anIngestion({ documentId: 'one', version: 1 }).build();
const newer = anIngestion({ documentId: 'one', version: 2 }).withParts(2).build();
const other = anIngestion({ documentId: 'other', version: 1 }).build();
const pending = anIngestion({ documentId: 'third', version: 1 }).build();

function logOf(...live: DocumentEmbedded[][]): LogRecord[] {
  return live.flatMap((parts) => [
    ...parts.map((part) => emission('DocumentEmbedded', part)),
    ...storeNames.map((store) => emission('StoreWritten', receiptOf(parts, store))),
  ]);
}

const sagaLog = [...logOf(one, newer, other), ...pending.map((part) => emission('DocumentEmbedded', part))];
const contents = (records: readonly LogRecord[]): Contents => reference(records, readSagaLog(records));
const wanted = contents(sagaLog);

/** The same with one artefact changed, gone or doubled. */
function damaged(store: keyof Contents, change: (value: string) => string[]): Contents {
  const [first, ...others] = wanted[store];
  if (first === undefined) throw new RangeError(`${store} holds nothing`);
  return { ...wanted, [store]: [...change(first.value).map((value) => ({ ...first, value })), ...others] };
}

describe('the reference', () => {
  it('is made of the live versions alone, however often their parts stand on the log', () => {
    const repeated = [...sagaLog, ...logOf(newer)];

    expect(unlikeReference(contents(repeated), wanted)).toEqual([]);
    expect(unlikeReference(contents(logOf(newer, other)), wanted)).toEqual([]);
    expect(unlikeReference(contents(logOf(one, other)), wanted)).toHaveLength(4);
  });

  it.each(storeNames)('tells what is changed, gone or too much in %s', (store) => {
    const found = (change: (value: string) => string[]): string[] => unlikeReference(damaged(store, change), wanted);

    expect(found((value) => [value])).toEqual([]);
    expect(found((value) => [value.replace(/\d/, 'x')])).toEqual([expect.stringContaining(`I4 ${store}`)]);
    expect(found(() => [])).toHaveLength(1);
    expect(found((value) => [value, value])).toHaveLength(1);
  });
});
