import { PermanentFailure } from '#failure';

import { cleanText, decodeText } from './decode-text.js';
import { DocumentText, type ParsedDocument } from './document-text.js';
import type { Format } from './format.js';

/** Deeper JSON is no record but an attack on whoever walks it. */
const depthMax = 100;
const titleFields = ['title', 'name', 'subject'];

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** Numbers that JavaScript can't hold exactly stay as they are written, so no digit of an identifier is lost. */
const exactNumbers: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && String(value) !== source ? source : value;

function parsed(json: string, what: string): unknown {
  try {
    return JSON.parse(json, exactNumbers as Parameters<typeof JSON.parse>[1]);
  } catch (error) {
    // Anything but bad syntax is a depth no stack can hold.
    throw new PermanentFailure(`${what} is not valid JSON`, { reason: 'corrupt', cause: error });
  }
}

/** Readable lines `path: value`, in document order. */
function* linesOf(value: unknown, path: string, depth: number): Generator<string> {
  if (depth > depthMax) throw new PermanentFailure(`JSON is nested over ${depthMax} levels`, { reason: 'corrupt' });
  if (typeof value !== 'object' || value === null) {
    if (value !== null && value !== '') yield path === '' ? String(value) : `${path}: ${String(value)}`;
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    yield* linesOf(inner, innerPath, depth + 1);
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
export function readableLines(json: string, what: string): string[] {
  return [...linesOf(parsed(json, what), '', 0)];
}

/** PostgreSQL refuses NUL and halves of surrogate pairs in JSONB, also when they are written as escapes. */
function storable(json: string): string {
  if (!/\\u(?:0000|[dD][89a-fA-F])/u.test(json)) return json;
  const clean = (text: string): string => text.replaceAll('\u0000', '').toWellFormed();
  return JSON.stringify(JSON.parse(json), (_key, value: unknown) => {
    if (typeof value === 'string') return clean(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), inner]));
  });
}

async function parse(bytes: Buffer, pause: () => Promise<void>): Promise<ParsedDocument> {
  const json = decodeText(bytes);
  if (json.trim() === '') return { text: '', blocks: [] };
  const value = parsed(json, 'the document');
  const document = new DocumentText();
  const isTree = typeof value === 'object' && value !== null;
  const entries = isTree ? Object.entries(value) : [['', value] as const];
  for (const [key, inner] of entries) {
    const path = Array.isArray(value) ? `[${key}]` : key;
    document.add('paragraph', cleanText([...linesOf(inner, path, 1)].join('\n')));
    await pause();
  }
  return { ...document.finish(titleOf(value)), record: storable(json) };
}

/** JSON as `path: value` lines, and the JSON itself for those who keep records. */
const jsonRecordFormat: Format = {
  parse: (bytes, { pause }) => parse(bytes, pause),
};
export default jsonRecordFormat;
