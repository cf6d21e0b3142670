import type { IncomingMessage, ServerResponse } from 'node:http';

import { PermanentFailure } from '#failure';

/** Deeper JSON is no request but an attack on whoever walks it; some of those who do walk it by recursion. */
const depthMax = 100;
const bodyBytesMax = 1024 * 1024;
/** A number is kept by every store up to here, however it is written. */
const exponentMax = 1_000;

/** A request whose body is also there as it came. */
export interface RawRequest extends IncomingMessage {
  rawBody?: Buffer;
}

/** Options of the JSON body parser. */
export const jsonBody = { limit: bodyBytesMax, verify: keepAndCheck };

/** @throws PermanentFailure `bad-request` for JSON that is nested too deeply. */
function keepAndCheck(request: RawRequest, _response: ServerResponse, bytes: Buffer): void {
  if (isDeeper(bytes, depthMax)) {
    const message = `the JSON is nested over ${depthMax} levels`;
    // The body parser takes any error of ours for 403, unless it says otherwise.
    throw Object.assign(new PermanentFailure(message, { reason: 'bad-request' }), { status: 400 });
  }
  request.rawBody = bytes;
}

/** Whether brackets outside of strings are nested deeper than allowed; says nothing about the rest of the syntax. */
export function isDeeper(json: Uint8Array, levels: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === 0x22) quoted = !quoted;
    else if (quoted && byte === 0x5c) at += 1;
    else if (!quoted && (byte === 0x5b || byte === 0x7b)) depth += 1;
    else if (!quoted && (byte === 0x5d || byte === 0x7d)) depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** Numbers that JavaScript can't hold stay as they are written, so that no digit of an identifier is lost. */
const exact: Reviver = (_key, value, { source }) => {
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
  const exponent = Math.abs(Number(/e([+-]?\d+)$/iu.exec(source)?.[1] ?? 0));
  if (exponent > exponentMax || source.length > exponentMax) {
    throw new PermanentFailure('a number is too large to be stored', { reason: 'bad-json' });
  }
  return rawJSON(source);
};

/**
 * The text of one field of a JSON object, as exactly as it came.
 * @throws PermanentFailure `bad-json` for a number that no store can hold.
 */
export function exactField(json: string, field: string): string {
  const whole = JSON.parse(json, exact as Parameters<typeof JSON.parse>[1]) as Readonly<Record<string, unknown>>;
  return JSON.stringify(whole[field]);
}
