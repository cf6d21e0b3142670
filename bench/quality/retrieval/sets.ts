import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Text {
  readonly id: string;
  readonly text: string;
}

/** Questions to passages, with the passages that answer each. */
export interface RetrievalSet {
  readonly name: string;
  readonly passages: readonly Text[];
  readonly questions: readonly Text[];
  readonly relevant: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Of a hundred questions, those that may be looked at while something is chosen. */
const tuningPercent = 40;

export function isForTuning({ id }: Text): boolean {
  return createHash('sha256').update(id).digest().readUInt32BE(0) % 100 < tuningPercent;
}

export function readSets(): RetrievalSet[] {
  const [english, german] = [lines('docs'), lines('docs.de')];
  const asked = lines('queries');
  const relevant = readRelevant();
  return [
    { name: 'English', passages: english, questions: asked, relevant },
    { name: 'German', passages: german, questions: lines('queries.de'), relevant },
    { name: 'English, in other words', passages: english, questions: lines('queries.paraphrased'), relevant },
    { name: 'English, misspelt', passages: english, questions: asked.map(misspelt), relevant },
  ];
}

/** Two neighbouring letters change places in the middle of each of the two longest words. */
function misspelt({ id, text }: Text): Text {
  const words = text.split(' ');
  const byLength = words.map((word, at) => ({ at, letters: word.replaceAll(/\W/g, '').length }));
  for (const { at } of byLength.sort((a, b) => b.letters - a.letters || a.at - b.at).slice(0, 2)) {
    const word = words[at] ?? '';
    const middle = Math.floor(word.length / 2);
    if (word.length <= 4) continue;
    words[at] = word.slice(0, middle - 1) + word.charAt(middle) + word.charAt(middle - 1) + word.slice(middle + 1);
  }
  return { id, text: words.join(' ') };
}

function readRelevant(): Map<string, Set<string>> {
  const relevant = new Map<string, Set<string>>();
  for (const line of read('qrels.tsv').slice(1)) {
    const [question = '', passage = ''] = line.split('\t');
    relevant.set(question, (relevant.get(question) ?? new Set()).add(passage));
  }
  return relevant;
}

function lines(name: string): Text[] {
  return read(`${name}.jsonl`).map((line) => JSON.parse(line) as Text);
}

function read(name: string): string[] {
  return readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
}
