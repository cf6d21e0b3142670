import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
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
    await checkFile(path);
    let line = 0;
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      line += 1;
      const json = line === 1 ? text.replace(byteOrderMark, '') : text;
      if (json.trim() !== '') yield recordItem(path, line, json, options);
    }
  }
}

const byteOrderMark = /^\ufeff/u;

async function checkFile(path: string): Promise<void> {
  const refuse = (message: string): never => {
    throw new PermanentFailure(message, { reason: 'unreadable' });
  };
  const found = await stat(path).catch(() => refuse(`no such file: ${path}`));
  if (found.isDirectory()) refuse(`${path} is a folder; name the files of records in it`);
  await access(path, constants.R_OK).catch(() => refuse(`${path} can't be read`));
}

function recordItem(path: string, line: number, json: string, { idField, type }: RecordOptions): Item {
  const item = { kind: 'record', location: path, documentId: `${path}#${line}`, json, type } as const;
  try {
    const record: unknown = JSON.parse(json);
    if (typeof record !== 'object' || record === null || Array.isArray(record)) throw new RangeError('no object');
    if (idField === undefined) return item;
    const id = idField.split('.').reduce<unknown>((value, field) => fieldOf(value, field), JSON.parse(json, exactly));
    if ((typeof id === 'string' && id !== '') || typeof id === 'number') return { ...item, documentId: String(id) };
    const message = `the record has no ${idField}`;
    return { ...item, problem: new PermanentFailure(message, { reason: 'bad-record' }) };
  } catch {
    return { ...item, problem: new PermanentFailure('the line is no JSON object', { reason: 'bad-json' }) };
  }
}

/** Numbers with more digits than can be told apart, as they are written: two of them must not become one name. */
function exactly(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) ? (context?.source ?? value) : value;
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(field);
}
