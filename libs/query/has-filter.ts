import type { SearchFilter } from '#stores/reading';

/** Whether a filter lets only some documents through. */
export function hasFilter(filter: SearchFilter): boolean {
  return Object.keys(filter).length > 0;
}
