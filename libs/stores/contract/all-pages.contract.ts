import type { Page } from '#stores/auditor';

/** What all pages hold. */
export async function allPages<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await read(cursor);
    found.push(...items);
    cursor = next;
  } while (cursor !== undefined);
  return found;
}
