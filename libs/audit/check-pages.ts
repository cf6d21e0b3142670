import type { Page } from '#stores/auditor';

import type { Checking } from './check-documents.js';
import type { Finding } from './finding.js';

/** Damage that a store tells of itself, page by page, and how it is healed there. */
export interface ToldDamage<T> {
  page(cursor: string | undefined): Promise<Page<T>>;
  /** Whether two looks found the same. */
  keyOf(one: T): string;
  heal(certain: readonly T[]): Promise<unknown>;
  findingOf(one: T): Finding;
}

/**
 * Looks a second time at pages with damage, since documents come and go: what both looks found is certain. What is
 * still there after it was healed is left.
 */
export async function checkPages<T extends { readonly namespace: string }>(
  { namespace, signal, settle, repair, note }: Checking,
  { page, keyOf, heal, findingOf }: ToldDamage<T>,
): Promise<void> {
  const stillThere = async (cursor: string | undefined, before: readonly T[]): Promise<T[]> => {
    if (before.length === 0) return [];
    const now = new Set((await page(cursor)).items.map(keyOf));
    return before.filter((one) => now.has(keyOf(one)));
  };
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const { items, next } = await page(cursor);
    const suspects = items.filter((one) => namespace === undefined || one.namespace === namespace);
    if (suspects.length > 0) await settle();
    const certain = await stillThere(cursor, suspects);
    if (repair && certain.length > 0) await heal(certain);
    const left = new Set(repair ? await stillThere(cursor, certain) : []);
    const healed = repair ? 'healed' : 'found';
    for (const one of certain) note(findingOf(one), left.has(one) ? 'left' : healed);
    cursor = next;
  } while (cursor !== undefined);
}
