/** Control characters, and marks that turn the direction of writing and so can show one name as another. */
const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * What is left of the name of an upload as its sender writes it: the last part of a path of any system, without
 * characters that nobody sees. It names a document; it never becomes a path.
 */
export function fileName(sent: string): string {
  const last = sent.toWellFormed().split(/[/\\]/u).at(-1) ?? '';
  const seen = last.replaceAll(unseen, '').trim();
  return seen === '.' || seen === '..' ? '' : seen;
}
