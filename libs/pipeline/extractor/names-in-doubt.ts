import { foldedName, foldedStem, isShortFor, personWords } from '#identity';

import { isAcronymOf, shortNameKey, type WrittenName } from './short-names.js';

/** A name that rules leave apart, and the longer ones of the same part and type that it may stand for. */
export interface DoubtfulName extends WrittenName {
  readonly candidates: readonly WrittenName[];
}

/** What is asked about one part at most, whatever it says. */
export const doubtsMax = 24;
export const candidatesMax = 6;
/** No longer name has a short form that anybody doubts. */
export const nameCharsMax = 120;
/** A first name that is short for another has so many letters of it: `Rob`, `Robert`. */
const nicknameCharsMin = 3;

const titles: ReadonlySet<string> = new Set(
  'mr mrs ms miss dr doctor prof professor sir dame lord lady rev president senator judge captain general'.split(' '),
);

/**
 * Names that may be others under a longer form, while the part does not say so by the rules of `shortNames`: a first
 * name that fits several people, a title, an acronym that nobody defines, a name that another one begins with.
 * `decided` are those that the rules know, by `shortNameKey`. Who follows from a name to its candidates never comes
 * back: they have more letters, or as many and no title.
 */
export function namesInDoubt(names: readonly WrittenName[], decided: ReadonlyMap<string, string>): DoubtfulName[] {
  const distinct = new Map(names.map((name) => [shortNameKey(name), name]));
  const open = [...distinct]
    .filter(([key, { name }]) => !decided.has(key) && name.length <= nameCharsMax)
    .map(([, name]) => spelled(name));
  const alike = Map.groupBy(open, ({ group }) => group);
  return open
    .map((short) => {
      const longer = (alike.get(short.group) ?? []).filter((long) => mayMean(short, long));
      const { type, name } = short;
      return { type, name, candidates: undecided(short, longer).slice(0, candidatesMax) };
    })
    .filter(({ candidates }) => candidates.length > 0)
    .slice(0, doubtsMax);
}

/** A name in the forms that are compared. */
export interface Spelled extends WrittenName {
  /** Names of different groups are never each other: the surname of people, else the first letter. */
  readonly group: string;
  readonly words: readonly string[];
  /** Without titles. */
  readonly bare: readonly string[];
  readonly stem: string | undefined;
}

export function spelled({ type, name }: WrittenName): Spelled {
  const words = type === 'Person' ? personWords(name) : foldedName(type, name).split(' ');
  const from = type === 'Person' ? words.findIndex((word, at) => !titles.has(word) || at === words.length - 1) : 0;
  const key = type === 'Person' ? words.at(-1) : words[0]?.slice(0, 1);
  const stem = type === 'Organization' ? foldedStem(name) : undefined;
  return { type, name, words, bare: words.slice(from), stem, group: JSON.stringify([type, key]) };
}

/** Whether a name may be a short form of another one of the same type. */
export function mayMean(short: Spelled, long: Spelled): boolean {
  if (short.type === 'Person') return mayBePerson(short, long);
  if (isAcronymOf(short.name, long.name)) return true;
  const begins = short.words.length < long.words.length && short.words.every((word, at) => word === long.words[at]);
  return begins && (short.type === 'Organization' || short.type === 'Product');
}

function mayBePerson(short: Spelled, long: Spelled): boolean {
  if (isShortFor(short.bare, long.bare)) return true;
  const [ownTitle, itsTitle] = [short, long].map(({ bare, words }) => bare.length < words.length);
  if (ownTitle && !itsTitle && short.bare.join(' ') === long.bare.join(' ')) return true;
  const [[first = '', ...others], [whole = '', ...rest]] = [short.bare, long.bare];
  const isNickname = first.length >= nicknameCharsMin && first.length < whole.length && whole.startsWith(first);
  return isNickname && others.length > 0 && others.join(' ') === rest.join(' ');
}

/** One company whose legal form is left out is known by rules, when its document is live; of several, none. */
function undecided(short: Spelled, longer: readonly Spelled[]): readonly WrittenName[] {
  const sameStem = longer.filter(({ stem }) => stem !== undefined && stem === short.words.join(' '));
  const left = sameStem.length === 1 ? longer.filter((long) => long !== sameStem[0]) : longer;
  return left.map(({ type, name }) => ({ type, name }));
}
