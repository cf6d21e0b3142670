import { foldedName } from './canonical-name.js';

/** The words of a person's name, folded; the last one is the surname. */
export function personWords(name: string): string[] {
  return foldedName('Person', name.replaceAll('.', ' ')).split(' ');
}

/** The same surname, and before it nothing, or first words of the longer name or their initials. */
export function isShortFor(short: readonly string[], long: readonly string[]): boolean {
  if (long.length < 2 || short.at(-1) !== long.at(-1)) return false;
  const [given, full] = [short.slice(0, -1), long.slice(0, -1)];
  if (given.length > full.length) return false;
  const fits = given.every((word, at) => word === full[at] || (word.length === 1 && full[at]?.startsWith(word)));
  return fits && (given.length < full.length || given.some((word, at) => word !== full[at]));
}

/** Capitals and nothing else, without full stops: `WHO`. */
export function isAcronym(word: string): boolean {
  return /^\p{Lu}{2,10}$/u.test(word);
}
