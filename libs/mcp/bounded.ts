import type { Json } from './memory-api.js';

/** More helps no model, and may hurt its client. A result holds it twice: as text and as structured content. */
export const resultBytesMax = 64 * 1024;

/** How long texts and lists may still be; the next pair is tried if the answer is too large with the one before. */
const shorter: readonly (readonly [chars: number, entries: number])[] = [
  [8_000, 200],
  [2_000, 100],
  [500, 50],
  [200, 20],
  [100, 5],
  [50, 1],
];
const cut = 'texts and lists were shortened to fit; ask for less, or for a page';

/**
 * The answer itself, or if it is too large its shape with shorter texts and lists, which then says so. Where entries of
 * a list are missing, so is the cursor: the page behind it would begin after them.
 */
export function bounded(answer: Json, bytesMax = resultBytesMax): Json {
  if (bytesOf(answer) <= bytesMax) return answer;
  const { nextCursor, ...rest } = answer;
  for (const [chars, entries] of shorter) {
    const whole = Object.values(rest).every((value) => !Array.isArray(value) || value.length <= entries);
    const next = whole && nextCursor !== undefined ? { nextCursor } : {};
    const less = { ...(shortened(rest, chars, entries) as Json), ...next, cut };
    if (bytesOf(less) <= bytesMax) return less;
  }
  return { cut };
}

/** What an answer takes as it is sent. */
export function bytesOf(answer: Json): number {
  return Buffer.byteLength(JSON.stringify(answer, null, 1));
}

function shortened(value: unknown, chars: number, entries: number): unknown {
  if (typeof value === 'string') return value.length <= chars ? value : `${value.slice(0, chars).toWellFormed()}…`;
  if (Array.isArray(value)) return value.slice(0, entries).map((one) => shortened(one, chars, entries));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shortened(one, chars, entries)]));
}
