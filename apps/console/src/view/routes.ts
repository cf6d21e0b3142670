/** Pages by their place in the address. */
export const pageNames = ['board', 'ingestions', 'dead-letters', 'upload', 'search', 'audits'] as const;
export type PageName = (typeof pageNames)[number];

export interface Route {
  readonly page: PageName;
  /** What the page shows one of: an ingestion. */
  readonly id: string | undefined;
  /** Filters and questions. */
  readonly query: Readonly<Record<string, string>>;
}

/** The route that a hash names; one that names none leads to the board. Pure. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [name = '', id] = path.split('/').map(decoded);
  const page = pageNames.find((one) => one === name) ?? 'board';
  return { page, id: id === '' ? undefined : id, query: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a page, without what is empty. Pure. */
export function hrefOf(page: PageName, id?: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const path = id === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(id)}`;
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
