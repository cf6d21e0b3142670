import { PermanentFailure } from '#failure';

/**
 * A cursor of a list that is paged by a serial number, as a value for its statement; null for the first page.
 * @throws PermanentFailure with reason `bad-cursor` if it is not one of ours.
 */
export function rowCursor(cursor: string | undefined): string | null {
  if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) {
    throw new PermanentFailure('cursor is not one of this list', { reason: 'bad-cursor' });
  }
  return cursor ?? null;
}
