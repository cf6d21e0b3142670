import { foldedName, foldedStem, isShortFor, personWords } from '#identity';

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
  if (!/^\p{Lu}{2,10}$/u.test(letters) || !long.includes(' ')) return false;
  const withoutForm = foldedStem(long) === undefined ? long : long.slice(0, long.lastIndexOf(' '));
  return letters === initials(long) || letters === initials(withoutForm);
}

const inBrackets = / \((\p{Lu}{2,10})\)/gu;

/**
 * `World Health Organization (WHO)`: capitals in brackets right after a name, made of the first letters of its
 * words.
 */
function definedAcronyms(names: readonly WrittenName[], texts: readonly string[]): Map<string, WrittenName> {
  const byInitials = Map.groupBy(
    names.filter(({ type }) => type === 'Organization'),
    ({ name }) => initials(name),
  );
  const defined = new Map<string, WrittenName>();
  for (const text of texts) {
    for (const { 1: acronym = '', index } of text.matchAll(inBrackets)) {
      const name = byInitials.get(acronym)?.find((one) => text.endsWith(one.name, index));
      if (name && !defined.has(acronym)) defined.set(acronym, name);
    }
  }
  return defined;
}
