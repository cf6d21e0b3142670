const letter = String.raw`[\p{L}\p{N}]`;
const wordBound = `(?:(?<=${letter})(?!${letter})|(?<!${letter})(?=${letter}))`;

/**
 * A pattern of words as a table writes it: in any case, a blank stands for any run of them, `\b` for a bound of
 * words in every script, and `W` for a word. Where words are to be `plain`, `\b` is right beside letters of ASCII
 * only, and several times as fast.
 */
export function wordPattern(written: string, plain = false): RegExp {
  const bound = plain ? String.raw`\b` : wordBound;
  const pattern = written
    .replaceAll(String.raw`\b`, () => bound)
    .replaceAll(/(?<!\p{L})W(?!\p{L})/gu, () => String.raw`[\p{L}\p{N}'’-]+`)
    .replaceAll(' ?', () => String.raw`\s*`)
    .replaceAll(' ', () => String.raw`\s+`);
  return new RegExp(pattern, 'iu');
}
