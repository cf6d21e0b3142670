import type { EntityLink } from '#identity';

/** What an episode says of an entity. */
export interface Said {
  /** Neo4j's own id of the name that the episode writes. */
  readonly id: string;
  readonly ingestionId: string;
  /** Time of the document in milliseconds. */
  readonly at: number;
  readonly spellings: readonly string[];
  readonly summarises: boolean;
}

/** An entity that is there, as it was described last. */
export interface Survivor {
  readonly id: string;
  readonly uuid: string;
  readonly family: string | null;
  readonly name: string;
  /** Null if it was never described. */
  readonly aliases: readonly string[] | null;
  readonly summary: string;
  /** The episode that says the summary, and the time of its document; null if that is gone, or was never noted. */
  readonly summaryEpisode: string | null;
  readonly summaryAt: number | null;
}

/** What is left of the locked entities once they are joined. */
export interface JoinedGraph {
  readonly left: readonly Survivor[];
  readonly links: readonly EntityLink[];
  /** What the episodes say that were promoted. */
  readonly come: readonly Said[];
}

/** What was there before. */
interface Before {
  /** By uuid of the aliases: what they stood for. */
  readonly opened: ReadonlyMap<string, string>;
  /** What the episodes said that were removed. */
  readonly gone: readonly Said[];
}

/**
 * Entities whose aliases or summary may be others now, each with the nodes of all its names. To derive them anew means
 * to read all mentions, of which a name that everybody writes has one for each document; so that is left out where
 * nothing new is said of a name, and nothing went that its description was made of.
 */
export function toDescribe(
  { opened, gone }: Before,
  { left, links, come }: JoinedGraph,
): { readonly uuid: string; readonly ids: string[] }[] {
  const meant = new Map(links.map(({ uuid, standsFor }) => [uuid, standsFor]));
  const entityOf = (uuid: string): string => meant.get(uuid) ?? uuid;
  const names = Map.groupBy(left, ({ uuid }) => entityOf(uuid));
  const byUuid = new Map(left.map((one) => [one.uuid, one]));
  const uuidOf = new Map(left.map(({ id, uuid }) => [id, uuid]));
  const touched = (said: readonly Said[], changes: typeof adds): string[] =>
    said.flatMap((one) => {
      const entity = byUuid.get(entityOf(uuidOf.get(one.id) ?? ''));
      return entity && (isUndescribed(entity) || changes(entity, one)) ? [entity.uuid] : [];
    });
  const changed = [...relinked(opened, meant).map(entityOf), ...touched(gone, leaves), ...touched(come, adds)];
  return [...new Set(changed)].flatMap((uuid) => {
    const ids = names.get(uuid)?.map(({ id }) => id);
    return ids ? [{ uuid, ids }] : [];
  });
}

/** Names that stand for another entity than before, with those that they stood for. */
function relinked(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  const uuids = [...new Set([...before.keys(), ...now.keys()])].filter((uuid) => before.get(uuid) !== now.get(uuid));
  return uuids.flatMap((uuid) => [uuid, before.get(uuid) ?? uuid]);
}

/** Never described, or by an episode that is gone. */
function isUndescribed({ aliases, summary, summaryEpisode }: Survivor): boolean {
  return aliases === null || (summary !== '' && summaryEpisode === null);
}

/** Whether an episode that goes may take a spelling along. */
function leaves({ name }: Survivor, { spellings }: Said): boolean {
  return spellings.some((spelling) => spelling !== name);
}

/** Whether an episode that comes has a spelling nobody had, or a summary before the one there is. */
function adds({ name, aliases, summaryEpisode, summaryAt }: Survivor, said: Said): boolean {
  if (said.spellings.some((spelling) => spelling !== name && !aliases?.includes(spelling))) return true;
  if (!said.summarises) return false;
  if (summaryEpisode === null || summaryAt === null) return true;
  return said.at < summaryAt || (said.at === summaryAt && said.ingestionId < summaryEpisode);
}
