import { parseArgs } from 'node:util';

import { SentenceEmbeddingModel, sparseQuery } from '#models';
import { cacheFolderOf, findSentenceModel } from '#stack';

import { Index, ndcgOfTen } from './rank.js';
import { isForTuning, readSets, type RetrievalSet, type Text } from './sets.js';
import { withInt8Copy } from './with-int8-copy.js';

const { signal } = new AbortController();
const ways = ['BM25', 'dense', 'hybrid'] as const;
type Scores = Readonly<Record<(typeof ways)[number], number>>;

/**
 * `npm run bench:retrieval [-- [--weights int8] [FOLDER]]`: nDCG@10 of words, meaning and both. FOLDER has another
 * sentence model; of either an int8 copy may be measured.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { weights: { type: 'string', default: 'float32' } },
    allowPositionals: true,
  });
  const [given] = positionals;
  const folder = given ?? findSentenceModel(cacheFolderOf(process.env)) ?? 'set-up has left no sentence model';
  if (values.weights === 'float32') return measure(folder);
  if (values.weights !== 'int8') throw new RangeError('--weights is float32 or int8');
  await withInt8Copy(folder, measure);
}

async function measure(folder: string): Promise<void> {
  const model = new SentenceEmbeddingModel({ folder, anyModel: true });
  const embed = async (texts: readonly Text[]): Promise<readonly Float32Array[]> =>
    (
      await model.embed(
        texts.map(({ text }) => text),
        { signal },
      )
    ).vectors;
  const parts: [string, (text: Text) => boolean][] = [
    ['kept apart', (text) => !isForTuning(text)],
    ['for tuning', isForTuning],
  ];
  const sets = readSets();
  const rows = new Map<string, [string, Scores][]>(parts.map(([part]) => [part, []]));
  for (const set of sets) {
    const index = new Index(set.passages, await embed(set.passages));
    const vectors = await embed(set.questions);
    for (const [part, isOf] of parts) rows.get(part)?.push([set.name, scoresOf(set, index, vectors, isOf)]);
  }
  for (const [part, scores] of rows) report(part, scores);
  await model.close();
}

function scoresOf(
  { questions, relevant }: RetrievalSet,
  index: Index,
  vectors: readonly Float32Array[],
  isOf: (text: Text) => boolean,
): Scores {
  const asked = questions.map((question, at) => ({ ...question, vector: vectors[at] ?? new Float32Array() }));
  const some = asked.filter(isOf);
  const mean = (rank: (question: (typeof some)[number]) => ReturnType<Index['byWords']>): number =>
    some.reduce((sum, one) => sum + ndcgOfTen(rank(one), relevant.get(one.id) ?? new Set()), 0) / some.length;
  return {
    BM25: mean(({ text }) => index.byWords(text)),
    dense: mean(({ vector }) => index.byMeaning(vector)),
    hybrid: mean(({ text, vector }) => index.byBoth(sparseQuery(text).indices, vector)),
  };
}

function report(part: string, rows: readonly (readonly [string, Scores])[]): void {
  print(`${part}${' '.repeat(18)}${ways.map((way) => way.padStart(8)).join('')}   hybrid against the better`);
  const averages = Object.fromEntries(
    ways.map((way) => [way, rows.reduce((sum, [, scores]) => sum + scores[way], 0) / rows.length]),
  ) as Scores;
  for (const [name, scores] of [...rows, ['average', averages] as const]) {
    const gain = scores.hybrid / Math.max(scores.BM25, scores.dense) - 1;
    const numbers = ways.map((way) => scores[way].toFixed(3).padStart(8)).join('');
    print(`${name.padEnd(28)}${numbers}   ${gain < 0 ? '' : '+'}${(100 * gain).toFixed(1)} %`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
