/**
 * Works on items side by side, each as soon as those that come before it are done. @returns a promise for each item.
 */
export function inOrder<T extends { readonly name: string }, R>(
  items: readonly T[],
  before: (item: T) => readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R>[] {
  const begun = new Map<string, Promise<R>>();
  const begin = (item: T): Promise<R> => {
    const known = begun.get(item.name);
    if (known !== undefined) return known;
    const promise = Promise.all(before(item).map(begin)).then(() => work(item));
    begun.set(item.name, promise);
    return promise;
  };
  return items.map(begin);
}

/** Items that one of them needs, by their names. */
export function neededBy<T extends { readonly name: string; readonly needs: readonly string[] }>(
  items: readonly T[],
): (item: T) => T[] {
  return ({ needs }) => items.filter(({ name }) => needs.includes(name));
}

/** Waits for all, also if one fails: whoever reads the error should not find another one still half done. */
export async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
