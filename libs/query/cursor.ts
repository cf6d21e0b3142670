import { createHash } from 'node:crypto';

import { PermanentFailure } from '#failure';

import type { SearchRequest } from './request.js';

const fingerprintLength = 12;

/** A question, or a list by what makes it another one, and a page of it. */
type Paged = Pick<SearchRequest, 'limit' | 'offset'>;

/** A page of one question or list: it means nothing for another one, nor in another namespace. */
export function makeCursor<Asked extends Paged>(request: Asked, offset: number): string {
  return Buffer.from(`${fingerprint(request)}.${offset}`).toString('base64url');
}

/** How many hits came before. @throws PermanentFailure `bad-cursor` if the cursor is not one of it. */
export function readCursor<Asked extends Paged>(cursor: string, request: Asked): number {
  const [mark, offset] = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
  if (mark !== fingerprint(request) || offset === undefined || !/^\d{1,6}$/.test(offset)) {
    throw new PermanentFailure('cursor is not one of this question or list', { reason: 'bad-cursor' });
  }
  return Number(offset);
}

/** All that makes two questions different, but not the page. */
export function fingerprint({ offset: _offset, limit: _limit, ...question }: Paged): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(question)))
    .digest('hex')
    .slice(0, fingerprintLength);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, one]) => [key, sorted(one)]);
}
