import { familyDocumentsMax, resolveFamilies, type FamilyLink, type WrittenName } from '#identity';

import * as aliases from './alias-statements.js';
import { lockEntities } from './cypher.js';
import { toDescribe, type JoinedGraph, type Said, type Survivor } from './descriptions.js';
import { lockFamilies } from './family-statements.js';
import { labelOfType } from './mapping.js';
import type { Run } from './transaction.js';

/** What is locked until the end of the transaction, with all aliases of its families taken apart. */
export interface LockedGraph {
  /** Neo4j's own ids of the entities. */
  readonly ids: readonly string[];
  readonly families: readonly string[];
  /** Families that have, or will have, several names, or one that is joined with names of others. */
  readonly several: ReadonlySet<string>;
  /** By uuid of the aliases that were taken apart: what they stood for. */
  readonly opened: ReadonlyMap<string, string>;
  readonly promoted: readonly string[];
  /** What those say that are to be removed. */
  readonly gone: readonly Said[];
}

const labels = Object.fromEntries(labelOfType);
const closeAliases = aliases.closeAliases([...labelOfType.values()]);

/** What is to be changed: ingestions to come, ingestions to go, and families of names. */
interface Concerned {
  readonly promoted?: readonly string[];
  readonly removed?: readonly string[];
  readonly families?: readonly string[];
}

/** Locks what ingestions to come or to go speak of, and leaves of it the graph as documents write it. */
export async function lockGraph(
  run: Run,
  { promoted = [], removed = [], families: given = [] }: Concerned,
): Promise<LockedGraph> {
  const { families, beside } = await lockTogether(run, { promoted, removed, families: given });
  const [open, known, gone] = await Promise.all([
    run(aliases.openAliases, { families, labels }),
    run(aliases.readMembers, { families, promoted, beside }),
    readSaid(run, removed),
  ]);
  const opened = new Map(open.map(({ uuid, standsFor }) => [uuid as string, standsFor as string]));
  const members = known.flatMap((row) => row['members'] as string[]);
  const ids = (await run(lockEntities, { promoted, removed, members })).map(({ id }) => id as string);
  if (opened.size > 0) await takeApart(run, opened);
  const several = new Set(known.map(({ family }) => family as string));
  return { ids, families, several, opened, promoted, gone };
}

/**
 * Twice: whoever joins or parts names moves the mentions of its episodes, and claims what acronyms mean, and a read
 * from before the locks are held can miss that. What acronyms join is locked until nothing is found that is not. Out of
 * order is only what comes by them; who meets somebody there fails, and comes again.
 */
async function lockTogether(
  run: Run,
  concerned: Required<Concerned>,
): Promise<{
  readonly families: readonly string[];
  /** Those that nobody writes who comes or goes. */
  readonly beside: readonly string[];
}> {
  let beside = concerned.families;
  for (;;) {
    const lock = () => run(lockFamilies, { ...concerned, families: beside });
    const found = (await Promise.all([lock(), lock()])).flat();
    const keysOf = (rows: typeof found): string[] => rows.map(({ family }) => family as string);
    const further = keysOf(found.filter(({ written }) => written !== true));
    if (further.length === 0) return { families: [...new Set(keysOf(found))], beside };
    beside = [...new Set([...beside, ...further])];
  }
}

function takeApart(run: Run, links: ReadonlyMap<string, string>): Promise<unknown> {
  const [opened, canonical] = [[...links.keys()], [...new Set(links.values())]];
  return Promise.all([
    run(aliases.takeMentionsBack, { canonical }),
    run(aliases.returnMentions, { opened }),
    run(aliases.returnFacts, { opened, canonical }),
  ]);
}

async function readSaid(run: Run, ingestionIds: readonly string[]): Promise<readonly Said[]> {
  if (ingestionIds.length === 0) return [];
  return (await run(aliases.readSaid, { ingestionIds })) as unknown as Said[];
}

/** Joins the names of locked families that stand for one thing. */
export async function joinSpellings(run: Run, { ids, several, promoted }: LockedGraph): Promise<JoinedGraph> {
  const [survivors, come] = await Promise.all([run(aliases.readSurvivors, { ids }), readSaid(run, promoted)]);
  const left = survivors as unknown as Survivor[];
  const members = left.filter(({ family }) => family !== null && several.has(family));
  const links = await deriveLinks(run, members);
  if (links.length > 0) {
    const meant = Object.fromEntries(links.map(({ uuid, standsFor }) => [uuid, standsFor]));
    await Promise.all([
      run(aliases.lendMentions, { links }),
      run(aliases.lendFacts, { meant, aliases: Object.keys(meant) }),
      run(closeAliases, { links }),
    ]);
  }
  return { left, links, come };
}

/** Says of entities how they are written where that may have changed, and forgets families without any. */
export function describeSpellings(run: Run, locked: LockedGraph, joined: JoinedGraph): Promise<unknown> {
  const kept = new Set(joined.left.map(({ family }) => family));
  const entities = toDescribe(locked, joined);
  const families = locked.families.filter((family) => !kept.has(family));
  return Promise.all([
    entities.length > 0 && run(aliases.describeAgain, { entities }),
    families.length > 0 && run(aliases.forgetFamilies, { families }),
  ]);
}

/** Which of these names, found by Neo4j's own ids, stand for others by what live documents write; sorted by uuid. */
export async function deriveLinks(run: Run, names: readonly { readonly id: string }[]): Promise<FamilyLink[]> {
  if (names.length === 0) return [];
  const ids = names.map(({ id }) => id);
  const written = await run(aliases.readFamilies, { ids, documentsMax: familyDocumentsMax });
  return resolveFamilies(written as unknown as WrittenName[]).sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
}
