/** A fresh beginning of a list and what was read after it before; what moved into the beginning stands once. Pure. */
export function joined<T>(fresh: readonly T[], older: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const keys = new Set(fresh.map(keyOf));
  return [...fresh, ...older.filter((item) => !keys.has(keyOf(item)))];
}
