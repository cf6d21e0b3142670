import { PermanentFailure } from '#failure';

/**
 * What the query of a list says, when each name stands once. With names, no other may stand there: one that is misspelt
 * would quietly filter nothing. @throws PermanentFailure `bad-request`.
 */
export function textsOf(
  query: Readonly<Record<string, unknown>>,
  names?: readonly string[],
): Readonly<Record<string, string | undefined>> {
  for (const [name, value] of Object.entries(query)) {
    if (typeof value !== 'string') throw bad(`${name} must stand once`);
    if (value.includes('\u0000')) throw bad(`${name} must not hold NUL`);
    if (names?.includes(name) === false) throw bad(`${name} is not a parameter; there are ${names.join(', ')}`);
  }
  return query as Readonly<Record<string, string | undefined>>;
}

export interface NumberBounds {
  /** 1 if left out. */
  readonly least?: number;
  readonly most: number;
  /** What counts if nothing is said. */
  readonly otherwise: number;
}

/** A whole number, as a query says it. @throws PermanentFailure `bad-request` unless it lies within the bounds. */
export function wholeNumberOf(
  name: string,
  text: string | undefined,
  { least = 1, most, otherwise }: NumberBounds,
): number {
  if (text === undefined) return otherwise;
  const value = /^\d{1,15}$/u.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw bad(`${name} must be a whole number from ${least} to ${most}`);
}

/** @throws PermanentFailure `bad-request` unless it is `true`, `false` or left out. */
export function trueOrFalseOf(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined || text === 'true' || text === 'false') return text === undefined ? text : text === 'true';
  throw bad(`${name} must be true or false`);
}

function bad(problem: string): PermanentFailure {
  return new PermanentFailure(problem, { reason: 'bad-request' });
}
