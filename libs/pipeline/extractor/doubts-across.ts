import type { DocumentExtracted, NameClaim } from '#events';
import { isDefined, namesIn, resolveFamilies, type WrittenName } from '#identity';
import type { NameInDoubt } from '#models';

import type { LiveName } from './live-names.js';
import { candidatesMax, doubtsMax, mayMean, nameCharsMax, spelled, type Spelled } from './names-in-doubt.js';

/** A name that rules leave apart from names of other documents. */
export interface DoubtAcross {
  readonly doubt: NameInDoubt;
  /** What the document claims if a candidate is chosen, in their order. */
  readonly claims: readonly NameClaim[];
}

/** A part of a document, as far as its names go. */
export type NamedPart = Pick<
  DocumentExtracted,
  'namespace' | 'documentId' | 'ingestionId' | 'entities' | 'mentions' | 'claims'
>;

/** Types of which names that are spelled differently may share a family. */
const doubtfulTypes: readonly string[] = ['Person', 'Organization'];
/** Names of one family that a part is asked about at most, and families, in the order in which they stand there. */
export const familyNamesMax = 60;
const familiesMax = 200;

/** Names of a part, each with the sentence that names it first. */
export function writtenNames(part: NamedPart): LiveName[] {
  const summaries = new Map(part.entities.map(({ uuid, summary }) => [uuid, summary]));
  return namesIn(part).map((name) => ({ ...name, summary: summaries.get(name.uuid) ?? '' }));
}

/** Names of a part that might be those of other documents, bounded whatever the part says. */
export function doubtfulNames(part: NamedPart): LiveName[] {
  const mayBeOthers = ({ type, name }: LiveName): boolean =>
    doubtfulTypes.includes(type) && name.length <= nameCharsMax;
  const families = Map.groupBy(writtenNames(part).filter(mayBeOthers), ({ family }) => family);
  return [...families.values()].slice(0, familiesMax).flatMap((own) => own.slice(0, familyNamesMax));
}

/**
 * Pairs of a name of a part and one of a live document of which the one may be short for the other, while rules leave
 * both apart: each short name of the part with the longer ones that live documents write, and each short name that a
 * live document writes with longer ones of the part.
 */
export function doubtsAcross(own: readonly LiveName[], live: readonly LiveName[]): DoubtAcross[] {
  const links = new Map(resolveFamilies([...own, ...live]).map(({ uuid, standsFor }) => [uuid, standsFor]));
  const forms = new Map([...own, ...live].map((one) => [one.uuid, spelled(one)]));
  const meaning = ({ uuid }: WrittenName): string => links.get(uuid) ?? uuid;
  const isOpen = ({ uuid }: WrittenName): boolean => sameWords(forms.get(uuid), forms.get(links.get(uuid) ?? uuid));
  const mayStandFor = (short: LiveName, long: LiveName): boolean => {
    const [from, to] = [forms.get(short.uuid), forms.get(long.uuid)];
    return meaning(short) !== meaning(long) && from !== undefined && to !== undefined && mayMean(from, to);
  };
  const others = Map.groupBy(live, ({ family }) => family);
  const ours = Map.groupBy(own, ({ family }) => family);
  const doubts = (shorts: readonly LiveName[], longs: ReadonlyMap<string, readonly LiveName[]>): Doubt[] =>
    shorts
      .filter((short) => isOpen(short) && !isDefined(short))
      .map((short) => {
        const fitting = (longs.get(short.family) ?? []).filter((long) => mayStandFor(short, long));
        const distinct = [...new Map(fitting.toReversed().map((long) => [meaning(long), long])).values()];
        return { short, longs: distinct.toSorted(nearestFirst(short)).slice(0, candidatesMax) };
      });
  return [
    ...doubts(own, others).map((doubt) => asked(doubt, (long) => claim(doubt.short, long, true))),
    ...doubts(live, ours).map((doubt) => asked(doubt, (long) => claim(long, doubt.short, false))),
  ]
    .filter(({ claims }) => claims.length > 0)
    .slice(0, doubtsMax);
}

interface Doubt {
  readonly short: LiveName;
  readonly longs: readonly LiveName[];
}

function sameWords(one: Spelled | undefined, other: Spelled | undefined): boolean {
  return one !== undefined && one.words.join(' ') === other?.words.join(' ');
}

/** Those first beside which most of the same stands. */
function nearestFirst(short: LiveName): (a: LiveName, b: LiveName) => number {
  const shared = ({ companions }: LiveName): number =>
    companions.filter((one) => short.companions.includes(one)).length;
  return (a, b) => shared(b) - shared(a) || (a.name < b.name ? -1 : 1);
}

function asked({ short, longs }: Doubt, claimOf: (long: LiveName) => NameClaim): DoubtAcross {
  const { type, name, summary: sentence } = short;
  const candidates = longs.map((long) => ({ name: long.name, sentence: long.summary }));
  return { doubt: { type, name, sentence, candidates }, claims: longs.map(claimOf) };
}

function claim(own: LiveName, other: LiveName, isShort: boolean): NameClaim {
  return { entityUuid: own.uuid, otherUuid: other.uuid, otherIngestionId: other.ingestionId, isShort };
}
