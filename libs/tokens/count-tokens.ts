import { createRequire } from 'node:module';

import type { countTokens as CountCl100k } from 'gpt-tokenizer/encoding/cl100k_base';

/** Says how many tokens a text has. */
export type CountTokens = (text: string) => number;

/**
 * Merging byte pairs costs the square of the length of one unbroken run, so a hostile line without spaces would hold
 * the process for minutes. Runs longer than this are counted slice by slice, which can only count a little too much.
 */
const runCharsMax = 256;
const longRun = new RegExp(`\\S{${runCharsMax}}|\\s{${runCharsMax}}`, 'u');

/** Marks like `<|endoftext|>` are ordinary words here: documents may contain them. */
const noSpecialTokens = { disallowedSpecial: new Set<string>() };

const require = createRequire(import.meta.url);
let loaded: typeof CountCl100k | undefined;

/** Loaded at first use: its tables take 75 MB, and most roles count nothing. */
function countCl100k(text: string): number {
  const encoding = 'gpt-tokenizer/encoding/cl100k_base';
  loaded ??= (require(encoding) as { readonly countTokens: typeof CountCl100k }).countTokens;
  return loaded(text, noSpecialTokens);
}

/** Counts tokens of the encoding cl100k_base; linear in the length of the text, whatever it holds. */
export function countTokens(text: string): number {
  if (!longRun.test(text)) return countCl100k(text);
  let tokens = 0;
  for (let start = 0; start < text.length; start += runCharsMax) {
    tokens += countCl100k(text.slice(start, start + runCharsMax));
  }
  return tokens;
}
