import { findDates } from './dates.js';
import { findMoney } from './money.js';
import { findPercents } from './percent.js';
import { withoutOverlaps, type EntitySpan } from './spans.js';

/** Amounts, shares and dates: what has a form of its own, whatever stands around it. */
export function findExact(text: string): EntitySpan[] {
  return withoutOverlaps([...findMoney(text), ...findPercents(text)], findDates(text));
}
