import { PermanentFailure } from '#failure';

/** What the query of a list says, when each name stands once. @throws PermanentFailure `bad-request`. */
export function textsOf(query: Readonly<Record<string, unknown>>): Readonly<Record<string, string | undefined>> {
  for (const [name, value] of Object.entries(query)) {
    if (typeof value !== 'string') throw new PermanentFailure(`${name} must stand once`, { reason: 'bad-request' });
  }
  return query as Readonly<Record<string, string | undefined>>;
}

export interface NumberBounds {
  readonly most: number;
  /** What counts if nothing is said. */
  readonly otherwise: number;
}

/** A whole number from 1 on, as a query says it. @throws PermanentFailure `bad-request`. */
export function wholeNumberOf(name: string, text: string | undefined, { most, otherwise }: NumberBounds): number {
  if (text === undefined) return otherwise;
  const value = /^\d{1,15}$/u.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw new PermanentFailure(`${name} must be a whole number from 1 to ${most}`, { reason: 'bad-request' });
}
