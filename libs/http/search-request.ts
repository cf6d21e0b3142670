import { PermanentFailure } from '#failure';
import { readCursor, type SearchRequest } from '#query';

import type { AskBody, SearchBody, SearchFilterBody } from './search.dto.js';

const limitDefault = 10;
const form = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

/** What a body asks for. @throws PermanentFailure `bad-request` or `bad-cursor`, naming the field. */
export function searchRequestOf(body: AskBody & Pick<SearchBody, 'limit'>): SearchRequest {
  const { query, namespace = 'default', mode = 'auto', limit = limitDefault, cursor, asOf } = body;
  if (asOf !== undefined && mode !== 'auto' && mode !== 'graph') {
    const message = 'asOf needs mode auto or graph: no other knows what held when';
    throw new PermanentFailure(message, { reason: 'bad-request' });
  }
  const first = {
    ...{ query, namespace, mode, limit, offset: 0, filter: filterOf(body.filter ?? {}) },
    ...(asOf === undefined ? {} : { asOf: timeOf(asOf, 'asOf') }),
  };
  return cursor === undefined ? first : { ...first, offset: readCursor(cursor, first) };
}

function filterOf({ since, until, metadata, ...lists }: SearchFilterBody): SearchRequest['filter'] {
  for (const [key, value] of Object.entries(metadata ?? {})) {
    if (typeof value === 'string') continue;
    throw new PermanentFailure(`filter.metadata.${key.slice(0, 64)} must be a string`, { reason: 'bad-request' });
  }
  const given = Object.entries(lists).filter(([, list]) => list !== undefined);
  return {
    ...Object.fromEntries(given),
    ...(since === undefined ? {} : { since: timeOf(since, 'filter.since') }),
    ...(until === undefined ? {} : { until: timeOf(until, 'filter.until') }),
    ...(metadata === undefined || Object.keys(metadata).length === 0 ? {} : { metadata: { ...metadata } }),
  };
}

/** Milliseconds since the epoch; without a zone it is UTC. @throws PermanentFailure for a day that does not exist. */
export function timeOf(text: string, field: string): number {
  const match = form.exec(text);
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) || text.length === 'YYYY-MM-DD'.length ? text : `${text}Z`;
  const ms = match === null ? NaN : Date.parse(zoned.replace(' ', 'T'));
  const [year, month, day] = (match ?? []).slice(1, 4).map(Number);
  // Date.parse takes the 30th of February for the 2nd of March.
  const exists = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1)).getUTCDate() === day;
  if (Number.isNaN(ms) || !exists) {
    throw new PermanentFailure(`${field} must be a day or time that exists, like 2026-11-28 or 2026-11-28T12:00:00Z`, {
      reason: 'bad-request',
    });
  }
  return ms;
}
