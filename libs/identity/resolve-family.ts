import { foldedName, foldedStem } from './canonical-name.js';
import { heldClaims, type ClaimingName } from './claimed-names.js';
import { isShortFor, personWords } from './short-name.js';

/** A name of a family that live documents write. */
export interface FamilyMember extends ClaimingName {
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
 * Which names of one family are others under another spelling, from nothing but what is live: so the order in which
 * documents came leaves no trace, and taking one away undoes what it joined. Case and marks never make two things of
 * one. A short name (`J. Smith`, `ACME`) is the longest one that fits, only if there is exactly one
 * such (names in between are short for it, too), and every document that writes it says so: by writing the longer one
 * too, or by naming beside it somebody or something that stands beside the longer one elsewhere; a surname alone only
 * by the former. Where these rules leave it apart, a short name is the one that claims of documents name, if they name
 * one only, and every document that writes it says so, by a claim or by the rules. In doubt names stay apart, and so do
 * those that more than `familyDocumentsMax` documents write.
 */
export function resolveFamily(members: readonly FamilyMember[]): EntityLink[] {
  if (isCrowded(members)) return [];
  const bySpelling = Map.groupBy(members, ({ type, name }) => foldedName(type, name));
  const spelled = [...bySpelling.values()].map(spelledAlike);
  const links = new Map<string, string>();
  for (const { uuid, members: own } of spelled) {
    for (const member of own) if (member.uuid !== uuid) links.set(member.uuid, uuid);
  }
  const claimed = claimsOf(members, spelled);
  const standingFor = (one: Spelled): Spelled => spelled.find(({ uuid }) => uuid === links.get(one.uuid)) ?? one;
  for (const short of spelled.toSorted(longestFirst)) {
    const longest = longestFor(short, spelled);
    const fitting = longest && standingFor(longest);
    const said = (claimed.get(short) ?? []).map(({ long, document }) => ({ long: standingFor(long), document }));
    const meant = meantByRules(short, fitting) ?? meantByClaims(short, fitting, said);
    if (meant === undefined || meant === short) continue;
    meant.members.push(...short.members);
    for (const member of short.members) links.set(member.uuid, meant.uuid);
  }
  return [...links].map(([uuid, standsFor]) => ({ uuid, standsFor })).sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
}

/** Whether more documents write names of a family than may be joined. */
export function isCrowded(members: readonly FamilyMember[]): boolean {
  return new Set(members.flatMap(({ documents }) => [...documents.keys()])).size > familyDocumentsMax;
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

interface Claim {
  readonly long: Spelled;
  /** That writes the short name. */
  readonly document: string;
}

/** What is claimed of short names; that one spelling of a name is the other is known without. */
function claimsOf(members: readonly FamilyMember[], spelled: readonly Spelled[]): Map<Spelled, Claim[]> {
  const spelledAs = new Map(spelled.flatMap((one) => one.members.map(({ uuid }) => [uuid, one] as const)));
  const claims = heldClaims(members).flatMap(({ short, long, document }) => {
    const [from, to] = [spelledAs.get(short.uuid), spelledAs.get(long.uuid)];
    return from && to && from !== to ? [{ short: from, long: to, document }] : [];
  });
  return Map.groupBy(claims, ({ short }) => short);
}

function meantByRules(short: Spelled, fitting: Spelled | undefined): Spelled | undefined {
  return fitting && everyDocument(short, saidByRules(short, fitting)) ? fitting : undefined;
}

function meantByClaims(short: Spelled, fitting: Spelled | undefined, claims: readonly Claim[]): Spelled | undefined {
  const [meant, ...others] = new Set(claims.map(({ long }) => long));
  if (meant === undefined || others.length > 0) return undefined;
  const claiming = new Set(claims.map(({ document }) => document));
  const byRules = fitting === meant ? saidByRules(short, meant) : () => false;
  return everyDocument(short, (...said) => claiming.has(said[0]) || byRules(...said)) ? meant : undefined;
}

type Says = (document: string, beside: ReadonlySet<string>) => boolean;

function everyDocument(short: Spelled, says: Says): boolean {
  return short.members.every(({ documents }) => [...documents].every((said) => says(...said)));
}

function saidByRules(short: Spelled, longer: Spelled): Says {
  const written = new Set(longer.members.flatMap(({ documents }) => [...documents.keys()]));
  const company = new Set(
    longer.members.flatMap(({ documents }) => [...documents.values()].flatMap((one) => [...one])),
  );
  const isSurname = short.words.length === 1;
  return (document, beside) => written.has(document) || (!isSurname && [...beside].some((one) => company.has(one)));
}
