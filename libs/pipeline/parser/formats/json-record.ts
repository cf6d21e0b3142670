import { PermanentFailure } from '#failure';
import type { RecordValue } from '#records';

import type { Cleaning } from './cleaning.js';
import { DocumentText, type ParsedDocument } from './document-text.js';
import type { Format, ParseHints } from './format.js';
import { linesText, recordBlocks, recordLines, recordValues } from './record-text.js';

const titleFields = ['title', 'name', 'subject'];

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** Numbers that JavaScript can't hold exactly stay as they are written, so no digit of an identifier is lost. */
const exactNumbers: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && String(value) !== source ? source : value;

function parsed(json: string, what: string): unknown {
  return read(what, () => JSON.parse(json, exactNumbers as Parameters<typeof JSON.parse>[1]) as unknown);
}

function read<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // Anything but bad syntax is a depth no stack can hold.
    throw new PermanentFailure(`${what} is not valid JSON`, { reason: 'corrupt', cause: error });
  }
}

function titleOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  return titleFields.map((field) => fields.get(field)).find((field) => typeof field === 'string');
}

/**
 * The lines of one JSON text. @throws PermanentFailure `corrupt`, naming what it stands for.
 */
export function readableLines(json: string, what: string, cleaning: Cleaning): string[] {
  return Array.from(recordLines(parsed(json, what), cleaning), ({ shown, value }) => `${shown}${value}`);
}

const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
};

const asWritten: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value;

/** PostgreSQL refuses NUL and halves of surrogate pairs in JSONB, also when they are written as escapes. */
function storable(json: string, cleaning: Cleaning): string {
  if (!/\\u(?:0000|[dD][89a-fA-F])/u.test(json)) return json;
  const clean = (text: string): string => cleaning.storable(text);
  return JSON.stringify(JSON.parse(json, asWritten as Parameters<typeof JSON.parse>[1]), (_key, value: unknown) => {
    if (typeof value === 'string') return clean(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value) || isRawJSON(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), inner]));
  });
}

/** Where the values of a record stand in its text. @param json as `record` of the document that was parsed. */
export function valuesOf(json: string): RecordValue[] {
  return recordValues(parsed(json, 'the record'));
}

function parse(bytes: Buffer, { cleaning }: ParseHints): ParsedDocument {
  const json = cleaning.decodeData(bytes);
  if (json.trim() === '') return { text: '', blocks: [] };
  const what = 'the document';
  // The text is that of the record as it is kept, of which names may be fewer and values empty.
  const record = read(what, () => storable(json, cleaning));
  const value = parsed(record, what);
  const document = new DocumentText(cleaning);
  for (const [path, inner] of recordBlocks(value)) {
    document.add('paragraph', linesText(recordLines(inner, cleaning, path)));
  }
  return { ...document.finish(titleOf(value)), record };
}

/** JSON as `path: value` lines, and the JSON itself for those who keep records. */
const jsonRecordFormat: Format = { parse };
export default jsonRecordFormat;
