/** Longer addresses are trackers' or data, and would crowd out the words. */
const charsMax = 200;

/**
 * The address of a link as a reader of its text can use it: whole, of the web or of mail. None where it leads within
 * the site, or where the words say it already.
 */
export function shownAddress(address: string | undefined, words: string): string | undefined {
  const bare = address?.trim() ?? '';
  if (bare.length > charsMax || !/^(?:https?:\/\/|mailto:)[^\s\u0000-\u0020]+$/iu.test(bare)) return undefined;
  const shown = bare.replace(/^mailto:/iu, '');
  const said = shown.replace(/^https?:\/\//iu, '').replace(/\/$/u, '');
  return words.trim() === '' || words.includes(said) ? undefined : shown;
}
