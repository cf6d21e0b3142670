import { createRequire } from 'node:module';

import type * as Cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import type * as Patterns from 'gpt-tokenizer/encodingParams/constants';

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

/** Words whose tokens are remembered; all are forgotten when there are more: 2 MB of words, 10 MB of long runs. */
const rememberedMax = 20_000;

interface Encoding {
  readonly countTokens: typeof Cl100k.countTokens;
  /** Where the encoding cuts a text before it looks for tokens; none reaches across a cut. */
  readonly cuts: RegExp;
  readonly remembered: Map<string, number>;
}

const require = createRequire(import.meta.url);
let loaded: Encoding | undefined;

/** Loaded at first use: its tables take 75 MB, and most roles count nothing. */
function load(): Encoding {
  const [encoding, patterns] = ['gpt-tokenizer/encoding/cl100k_base', 'gpt-tokenizer/encodingParams/constants'];
  const { countTokens: count, setMergeCacheSize } = require(encoding) as typeof Cl100k;
  const { CL100K_TOKEN_SPLIT_REGEX: cuts } = require(patterns) as typeof Patterns;
  // Its own memory of words moves each one that it finds to the end, which takes longer than most merges.
  setMergeCacheSize(0);
  return { countTokens: count, cuts, remembered: new Map() };
}

function countWord(word: string, { countTokens: count, remembered }: Encoding): number {
  const tokens = count(word, noSpecialTokens);
  if (remembered.size >= rememberedMax) remembered.clear();
  // A copy: a word that was cut out of a text would keep all of it.
  remembered.set(Buffer.from(word, 'utf16le').toString('utf16le'), tokens);
  return tokens;
}

function countCl100k(text: string): number {
  loaded ??= load();
  let tokens = 0;
  for (const [word] of text.matchAll(loaded.cuts)) tokens += loaded.remembered.get(word) ?? countWord(word, loaded);
  return tokens;
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
