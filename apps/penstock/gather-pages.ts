/** A page of a list of the API. */
interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

const pageMax = 200;

/** The items of a list of the API, page by page, at most so many. */
export async function gatherPages<T>(
  limit: number,
  pageOf: (query: Readonly<Record<string, string>>) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const asked = String(Math.min(limit - items.length, pageMax));
    const page = await pageOf({ limit: asked, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && items.length < limit);
  return items;
}
