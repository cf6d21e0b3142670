/** A row of the outbox or a record of the log, by the id of its event and what it must keep its place among. */
export interface Announcement {
  readonly id: string;
  /** The document, and whoever says it where two sayers have no order that either could rely on. */
  readonly key: string;
}

/**
 * I11: what was committed is what is published, repeats apart, and each document's in the order of the commits.
 * @param committed rows of committed transactions, in the order of their commits.
 */
export function outboxViolations(committed: readonly Announcement[], published: readonly Announcement[]): string[] {
  const rows = new Set(committed.map(({ id }) => id));
  const firsts = [...new Map(published.map((one) => [one.id, one])).values()];
  const said = new Set(firsts.map(({ id }) => id));
  const lost = committed
    .filter(({ id }) => !said.has(id))
    .map(({ id, key }) => `I11 ${id} of ${key} was never published`);
  const phantom = firsts
    .filter(({ id }) => !rows.has(id))
    .map(({ id, key }) => `I11 ${id} of ${key} was published, but never committed`);
  const disorder = [...new Set(committed.map(({ key }) => key))].flatMap((key) => {
    const own = (list: readonly Announcement[]): string =>
      list.flatMap((one) => (one.key === key && rows.has(one.id) && said.has(one.id) ? [one.id] : [])).join(' ');
    return own(committed) === own(firsts) ? [] : [`I11 ${key} was published in another order than committed`];
  });
  return [...lost, ...phantom, ...disorder];
}
