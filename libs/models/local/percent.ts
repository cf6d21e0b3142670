import { spansOf, type EntitySpan } from './spans.js';

const percent = /(?<![\p{L}\d.,])\d[\d.,]{0,20}[ \u00a0]?(?:%|(?:percent|per cent|percentage points?)(?!\p{L}))/gu;

/** Shares and rates: `15%`, `2.5 percent`, `3 percentage points`. */
export function findPercents(text: string): EntitySpan[] {
  return spansOf('Percent', percent, text);
}
