import { foldedName, foldedStem } from './canonical-name.js';
import { isShortFor, personWords } from './short-name.js';

/** A name of a family that live documents write. */
export interface FamilyMember {
  readonly uuid: string;
  readonly type: string;
  /** Canonical. */
  readonly name: string;
  /** By ingestionId of the documents that write it: families of what stands in the same passages. */
  readonly documents: ReadonlyMap<string, ReadonlySet<string>>;
}

/** An entity that is another one under another spelling. */
export interface EntityLink {
  readonly uuid: string;
  readonly standsFor: string;
}

/**
 * A family that more documents write than this stays as they write it: whoever promotes one of them would have to take
 * apart and join anew what all of them say, and would not come to an end.
 */
export const familyDocumentsMax = 1000;

/** Spellings of one name. */
interface Spelled {
  readonly name: string;
  readonly words: readonly string[];
  /** Of a company with a legal form: its name without. */
  readonly stem: string | undefined;
  readonly uuid: string;
  readonly members: FamilyMember[];
}

/**
 * Which names of one family are others under another spelling, by rules alone and from nothing but what is live: so
 * the order in which documents came leaves no trace, and taking one away undoes what it joined. Case and marks never
 * make two things of one. A short name (`J. Smith`, `ACME`) is the longest one that fits, only if there is exactly one
 * such (names in between are short for it, too), and every document that writes it says so: by writing the longer one
 * too, or by naming beside it somebody or something that stands beside the longer one elsewhere; a surname alone only
 * by the former. In doubt they stay apart, and so do names that more than `familyDocumentsMax` documents write.
 */
export function resolveFamily(members: readonly FamilyMember[]): EntityLink[] {
  if (new Set(members.flatMap(({ documents }) => [...documents.keys()])).size > familyDocumentsMax) return [];
  const bySpelling = Map.groupBy(members, ({ type, name }) => foldedName(type, name));
  const spelled = [...bySpelling.values()].map(spelledAlike);
  const links = new Map<string, string>();
  for (const { uuid, members: own } of spelled) {
    for (const member of own) if (member.uuid !== uuid) links.set(member.uuid, uuid);
  }
  for (const short of spelled.toSorted(longestFirst)) {
    const longer = longestFor(short, spelled);
    if (longer === undefined || !everyDocumentSays(short, longer)) continue;
    longer.members.push(...short.members);
    for (const member of short.members) links.set(member.uuid, longer.uuid);
  }
  return [...links].map(([uuid, standsFor]) => ({ uuid, standsFor })).sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
}

function spelledAlike(members: FamilyMember[]): Spelled {
  const [best] = members.toSorted((a, b) => rank(b.name) - rank(a.name) || (a.name < b.name ? -1 : 1));
  if (best === undefined) throw new RangeError('a spelling has a member');
  const { name, uuid, type } = best;
  const words = type === 'Person' ? personWords(name) : [];
  return { name, uuid, words, stem: type === 'Organization' ? foldedStem(name) : undefined, members: [...members] };
}

/** What a long name gains by shorter ones speaks for the shorter ones yet, so the words alone give the order. */
function longestFirst(a: Spelled, b: Spelled): number {
  return b.words.length - a.words.length || b.name.length - a.name.length || (a.name < b.name ? -1 : 1);
}

/** Mixed case and marks tell most of how a name is written. */
function rank(name: string): number {
  const mixed = name !== name.toUpperCase() && name !== name.toLowerCase();
  return (mixed ? 1000 : 0) + name.normalize('NFD').replaceAll(/[^\p{M}]/gu, '').length;
}

/** The one name that a short one can stand for; undefined if there is none, or several. */
function longestFor(short: Spelled, family: readonly Spelled[]): Spelled | undefined {
  const longer = family.filter((other) => fits(short, other));
  const longest = longer.filter((one) => !longer.some((other) => fits(one, other)));
  return longest.length === 1 ? longest[0] : undefined;
}

function fits(short: Spelled, long: Spelled): boolean {
  if (short.words.length > 0) return isShortFor(short.words, long.words);
  return short.stem === undefined && long.stem === foldedName('Organization', short.name);
}

function everyDocumentSays(short: Spelled, longer: Spelled): boolean {
  const written = new Set(longer.members.flatMap(({ documents }) => [...documents.keys()]));
  const company = new Set(
    longer.members.flatMap(({ documents }) => [...documents.values()].flatMap((one) => [...one])),
  );
  const isSurname = short.words.length === 1;
  return short.members.every(({ documents }) =>
    [...documents].every(
      ([document, beside]) => written.has(document) || (!isSurname && [...beside].some((one) => company.has(one))),
    ),
  );
}
