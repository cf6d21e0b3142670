import { spansOf, type EntitySpan } from './spans.js';

/** Names of business figures, longest first, as a pattern source for rules about amounts. */
export const metricSource =
  'operating profit|operating income|gross profit|net profit|net income|net loss|gross margin|' +
  'operating margin|market share|cash flow|revenues?|sales|turnover|profits?|earnings|losses|loss|' +
  'income|costs?|expenses|margin|ebitda|dividend|budget|valuation|headcount|churn|debt';

const concept = new RegExp(`(?<![\\p{L}\\d-])(?:${metricSource})(?![\\p{L}\\d-])`, 'giu');

/** Figures a business text speaks of, as concepts. */
export function findConcepts(text: string): EntitySpan[] {
  return spansOf('Concept', concept, text);
}

/** `REVENUE` for `revenues`, `NET_INCOME` for `net income`. */
export function metricRelation(metric: string): string {
  return metric
    .toUpperCase()
    .replace(/^(REVENUE|PROFIT|COST)S$/, '$1')
    .replaceAll(/\s+/g, '_');
}
