import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';

import { PermanentFailure } from '#failure';

import type { Item } from './expand-arguments.js';

export interface RecordOptions {
  /** Way to the field that names a record, e.g. `id` or `order.number`; without one its line does. */
  readonly idField: string | undefined;
  readonly type: string | undefined;
}

/**
 * The records of NDJSON files, one a line, as they are read. Blank lines are passed over; a line that is no record is
 * an item with a problem. @throws PermanentFailure if a file can't be read.
 */
export async function* readRecords(paths: readonly string[], options: RecordOptions): AsyncGenerator<Item> {
  for (const path of paths) {
    await access(path).catch(() => {
      throw new PermanentFailure(`no such file: ${path}`, { reason: 'unreadable' });
    });
    let line = 0;
    for await (const json of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      line += 1;
      if (json.trim() !== '') yield recordItem(path, line, json, options);
    }
  }
}

function recordItem(path: string, line: number, json: string, { idField, type }: RecordOptions): Item {
  const item = { kind: 'record', location: path, documentId: `${path}#${line}`, json, type } as const;
  try {
    const record: unknown = JSON.parse(json);
    if (typeof record !== 'object' || record === null || Array.isArray(record)) throw new RangeError('no object');
    if (idField === undefined) return item;
    const id = idField.split('.').reduce<unknown>((value, field) => fieldOf(value, field), record);
    if ((typeof id === 'string' && id !== '') || typeof id === 'number') return { ...item, documentId: String(id) };
    const message = `the record has no ${idField}`;
    return { ...item, problem: new PermanentFailure(message, { reason: 'bad-record' }) };
  } catch {
    return { ...item, problem: new PermanentFailure('the line is no JSON object', { reason: 'bad-json' }) };
  }
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(field);
}
