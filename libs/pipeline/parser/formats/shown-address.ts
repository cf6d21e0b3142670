/** Longer addresses are trackers' or data, and would crowd out the words. */
const charsMax = 200;
const anyScheme = /^[a-z][a-z\d+.-]*:/iu;

/** An address within the site as the web knows it, if it leads to another page. */
function withinSite(bare: string, base: string): string {
  const [found, from] = [URL.parse(bare, base), URL.parse(base)];
  if (bare === '' || bare.startsWith('#') || found === null || from === null) return '';
  const place = found.href;
  found.hash = from.hash = '';
  return found.href === from.href ? '' : place;
}

/**
 * The address of a link as a reader of its text can use it: whole, of the web or of mail. None where it leads to a
 * place on the page, or within a site of which nothing is known, or where the words say it already.
 * @param base what addresses within the site are seen from.
 */
export function shownAddress(address: string | undefined, words: string, base?: string): string | undefined {
  const given = address?.trim() ?? '';
  if (given.length > charsMax) return undefined;
  const bare = base === undefined || anyScheme.test(given) ? given : withinSite(given, base);
  if (bare.length > charsMax || !/^(?:https?:\/\/|mailto:)[^\s\u0000-\u0020]+$/iu.test(bare)) return undefined;
  const shown = bare.replace(/^mailto:/iu, '');
  const said = shown.replace(/^https?:\/\//iu, '').replace(/\/$/u, '');
  return words.trim() === '' || words.includes(said) ? undefined : shown;
}
