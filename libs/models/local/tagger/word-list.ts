import { readFileSync } from 'node:fs';

/** What is known of a word or phrase, whatever the text; README.md beside this file says what the letters mean. */
export interface WordEntry {
  /** One letter for each list that has the phrase. */
  readonly lists: string;
  /** Words that are used alike share a number; empty if nothing is known of the word's use. */
  readonly cluster: string;
  /** The same, coarser. */
  readonly group: string;
}

/** Longest phrase, in words, that is looked up. */
export const phraseWordsMax = 4;

let loaded: ReadonlyMap<string, WordEntry> | undefined;

/** What is known of a phrase of lower-case words; read from the file at first use. */
export function wordEntry(phrase: string): WordEntry | undefined {
  loaded ??= readWords();
  return loaded.get(phrase);
}

function readWords(): ReadonlyMap<string, WordEntry> {
  const text = readFileSync(new URL('./words.txt', import.meta.url), 'utf8');
  const entries = new Map<string, WordEntry>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [phrase = '', lists = '', cluster = '', group = ''] = line.split('\t');
    entries.set(phrase, { lists, cluster, group });
  }
  return entries;
}
