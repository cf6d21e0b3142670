/** Letters that nobody sees, U+E0020 to U+E007E, stand for those of ASCII. */
const tags = /[\u{E0020}-\u{E007E}]/gu;
const encoded = /(?<![\w+/])[\w+/]{16,4096}={0,2}/g;

const lookAlikes = new Map([
  ...zip('АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝ', 'ABESIJKMHOPCTYXaesijopcyxhdqw'),
  ...zip('ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχ', 'ABEZHIKMNOPTYXaikvoptux'),
]);
const alikeLetter = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

/**
 * What a text says to a model while people read nothing there, or something else: letters of other widths or scripts,
 * between or instead of which something invisible stands, and after it what is written backwards or encoded.
 */
export function revealed(text: string): string {
  const shown = text
    .normalize('NFKC')
    .replaceAll(tags, (tag) => String.fromCharCode((tag.codePointAt(0) ?? 0) - 0xe0000))
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\p{L}\p{M}\p{N}]+/gu, (word) =>
      alikeLetter.test(word) && /\p{Script=Latin}/u.test(word) ? alike(word) : word,
    );
  const backwards = /[\u202d\u202e]/.test(text) ? [[...shown].toReversed().join('')] : [];
  const decoded = [...shown.matchAll(encoded)]
    .map(([words]) => Buffer.from(words, 'base64').toString('latin1'))
    .filter((words) => /^[\x20-\x7e]+$/.test(words));
  return [shown, ...backwards, ...decoded].join('\n');
}

function zip(letters: string, latin: string): [string, string][] {
  return [...letters].map((letter, at) => [letter, latin[at] ?? letter]);
}

/** A word of more than one script, with Latin letters for those that look like them. */
function alike(word: string): string {
  return [...word].map((letter) => lookAlikes.get(letter) ?? letter).join('');
}
