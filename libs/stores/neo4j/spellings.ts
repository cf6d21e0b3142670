import { resolveFamily, type EntityLink, type FamilyMember } from '#identity';

import * as aliases from './alias-statements.js';
import { lockEntities } from './cypher.js';
import { labelOfType } from './mapping.js';
import type { Run } from './transaction.js';

/** What is locked until the end of the transaction, with all aliases of its families taken apart. */
export interface LockedGraph {
  /** Neo4j's own ids of the entities. */
  readonly ids: readonly string[];
  readonly families: readonly string[];
  /** Families that have, or will have, several names. */
  readonly several: ReadonlySet<string>;
}

const labels = Object.fromEntries(labelOfType);
const closeAliases = aliases.closeAliases([...labelOfType.values()]);

/** Locks what ingestions to come or to go speak of, and leaves of it the graph as documents write it. */
export async function lockGraph(
  run: Run,
  { promoted = [], removed = [] }: { readonly promoted?: readonly string[]; readonly removed?: readonly string[] },
): Promise<LockedGraph> {
  const families = (await run(aliases.lockFamilies, { promoted, removed })).map(({ family }) => family as string);
  const [open, known] = await Promise.all([
    run(aliases.openAliases, { families, labels }),
    run(aliases.readMembers, { families, promoted }),
  ]);
  const members = known.flatMap((row) => row['members'] as string[]);
  const ids = (await run(lockEntities, { promoted, removed, members })).map(({ id }) => id as string);
  if (open.length > 0) {
    const opened = open.map(({ uuid }) => uuid as string);
    const canonical = [...new Set(open.map(({ standsFor }) => standsFor as string))];
    await Promise.all([
      run(aliases.takeMentionsBack, { canonical }),
      run(aliases.returnMentions, { opened }),
      run(aliases.returnFacts, { opened, canonical }),
    ]);
  }
  return { ids, families, several: new Set(known.map(({ family }) => family as string)) };
}

/** What is left of the locked entities once they are joined. */
export interface JoinedGraph {
  readonly left: readonly Survivor[];
  readonly links: readonly EntityLink[];
}

/** Joins the names of locked families that stand for one thing. */
export async function joinSpellings(run: Run, { ids, several }: LockedGraph): Promise<JoinedGraph> {
  const left = (await run(aliases.readSurvivors, { ids })) as unknown as Survivor[];
  const members = left.filter(({ family }) => family !== null && several.has(family));
  const links = await resolved(run, members);
  if (links.length > 0) {
    const meant = Object.fromEntries(links.map(({ uuid, standsFor }) => [uuid, standsFor]));
    await Promise.all([
      run(aliases.lendMentions, { links }),
      run(aliases.lendFacts, { meant, aliases: Object.keys(meant) }),
      run(closeAliases, { links }),
    ]);
  }
  return { left, links };
}

/** Says of each entity of the locked families how it is written, and forgets families without any. */
export function describeSpellings(run: Run, { families }: LockedGraph, { left, links }: JoinedGraph): Promise<unknown> {
  const kept = new Set(left.map(({ family }) => family));
  return Promise.all([
    run(aliases.describeAgain, { entities: toDescribe(left, links, new Set(families)) }),
    run(aliases.forgetFamilies, { families: families.filter((family) => !kept.has(family)) }),
  ]);
}

/** Entities of the locked families, each with all nodes of its names; others were locked for their facts alone. */
function toDescribe(
  left: readonly Survivor[],
  links: readonly EntityLink[],
  families: ReadonlySet<string>,
): { readonly uuid: string; readonly ids: string[] }[] {
  const meant = new Map(links.map(({ uuid, standsFor }) => [uuid, standsFor]));
  const own = left.filter(({ family }) => family !== null && families.has(family));
  const byEntity = Map.groupBy(own, ({ uuid }) => meant.get(uuid) ?? uuid);
  return [...byEntity].map(([uuid, names]) => ({ uuid, ids: names.map(({ id }) => id) }));
}

interface Survivor {
  readonly id: string;
  readonly uuid: string;
  readonly family: string | null;
}

interface Row {
  readonly family: string;
  readonly uuid: string;
  readonly name: string;
  readonly type: string;
  readonly ingestionId: string;
  readonly companions: readonly string[];
}

async function resolved(run: Run, members: readonly Survivor[]): Promise<EntityLink[]> {
  if (members.length < 2) return [];
  const rows = (await run(aliases.readFamilies, { ids: members.map(({ id }) => id) })) as unknown as Row[];
  const links = [...Map.groupBy(rows, ({ family }) => family).values()].flatMap((own) => resolveFamily(membersOf(own)));
  return links.sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
}

function membersOf(rows: readonly Row[]): FamilyMember[] {
  return [...Map.groupBy(rows, ({ uuid }) => uuid)].flatMap(([uuid, own]) => {
    const [first] = own;
    const documents = new Map(own.map(({ ingestionId, companions }) => [ingestionId, new Set(companions)]));
    return first ? [{ uuid, type: first.type, name: first.name, documents }] : [];
  });
}
