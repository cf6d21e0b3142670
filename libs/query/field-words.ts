/**
 * Words that ask for documents and say nothing of them: in the fields of a document they would be found by chance, as
 * `all` in `installation`. What a title may well say of its document (notes, reports, minutes) is not among them.
 */
const asking = new Set(
  (
    'list show find get give display tell search me us i my we our you your please all any every each some other about ' +
    'which what who whom whose when where why how many much there do does did has have had can could would should will ' +
    'latest newest recent most last document documents file files e email emails mail mails message messages record ' +
    'records page pages upload uploads uploaded ingested stored added submitted'
  ).split(' '),
);

/** Of the words of a question those that may stand in the fields of a document; none if it asks for all of them. */
export function fieldWords(words: readonly string[]): string[] {
  return words.filter((word) => !asking.has(word));
}
