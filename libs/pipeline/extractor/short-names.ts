import { canonicalName, foldedName, foldedStem, isAcronym, isShortFor, personWords } from '#identity';

/** A name as it stands somewhere in a part. */
export interface WrittenName {
  readonly type: string;
  /** Canonical. */
  readonly name: string;
}

/**
 * Which longer names of the same part short ones stand for, by `shortNameKey`: `J. Smith` and `Smith` beside `John
 * Smith`, `WHO` beside `World Health Organization (WHO)`. Only where the part has exactly one that fits: in doubt
 * names stay apart. Looks at nothing outside the part, so a repeat gives the same answer, and taking the document
 * away undoes it.
 */
export function shortNames(names: readonly WrittenName[], texts: readonly string[]): ReadonlyMap<string, string> {
  const distinct = [...new Map(names.map((name) => [shortNameKey(name), name])).values()];
  const meant = new Map<string, string>();
  const people = distinct
    .filter(({ type }) => type === 'Person')
    .map(({ name }) => ({ name, words: personWords(name) }));
  for (const family of Map.groupBy(people, ({ words }) => words.at(-1)).values()) {
    for (const person of family) {
      const longer = family.filter((other) => isShortFor(person.words, other.words));
      // `Smith` stands for John Smith also where `J. Smith` does.
      const longest = longer.filter((one) => !longer.some((other) => isShortFor(one.words, other.words)));
      if (longest.length !== 1 || !longest[0]) continue;
      meant.set(shortNameKey({ type: 'Person', name: person.name }), longest[0].name);
    }
  }
  for (const [acronym, { type, name }] of definedAcronyms(distinct, texts)) {
    meant.set(shortNameKey({ type, name: acronym }), name);
  }
  return meant;
}

export function shortNameKey({ type, name }: WrittenName): string {
  return `${type} ${foldedName(type, name)}`;
}

/** The capitals that words of a name begin with. */
function initials(name: string): string {
  return name.match(/(?<![\p{L}\p{N}])\p{Lu}/gu)?.join('') ?? '';
}

/** Whether a name is nothing but the first letters of the words of another, its legal form aside: `IBM`, `B.B.C.` */
export function isAcronymOf(short: string, long: string): boolean {
  const letters = short.replaceAll('.', '');
  if (!isAcronym(letters) || !long.includes(' ')) return false;
  const withoutForm = foldedStem(long) === undefined ? long : long.slice(0, long.lastIndexOf(' '));
  return letters === initials(long) || letters === initials(withoutForm);
}

/** `World Health Organization (WHO)`, `WHO (World Health Organization)`: what stands in brackets after a name. */
const inBrackets = / \(([^()]{2,120})\)/gu;

/** What a text defines an acronym as. */
export interface DefinedName extends WrittenName {
  /** Index of the text. */
  readonly at: number;
}

/** Where capitals in brackets follow a name that they are the first letters of, or the other way round. */
export function definedAcronyms(names: readonly WrittenName[], texts: readonly string[]): Map<string, DefinedName> {
  const organizations = names.filter(({ type }) => type === 'Organization');
  const defined = new Map<string, DefinedName>();
  for (const [at, text] of texts.entries()) {
    for (const { 1: inside = '', index } of text.matchAll(inBrackets)) {
      const before = text.slice(0, index);
      const acronym = [inside, lastWords(before, 1)].find(isAcronym);
      if (acronym === undefined || defined.has(acronym)) continue;
      // As the document writes it, a company may have another legal form than its name.
      const isWritten = (name: string): boolean =>
        before.endsWith(name) ||
        [inside, lastWords(before, name.split(' ').length)].some((one) => canonicalName('Organization', one) === name);
      const name = organizations.find((one) => isAcronymOf(acronym, one.name) && isWritten(one.name));
      if (name) defined.set(acronym, { ...name, at });
    }
  }
  return defined;
}

function lastWords(text: string, count: number): string {
  return text.slice(-namePlaceChars).split(' ').slice(-count).join(' ');
}

/** No name is longer than what brackets may hold. */
const namePlaceChars = 120;
