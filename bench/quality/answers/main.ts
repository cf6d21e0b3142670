import { HashEmbeddingModel, SentenceEmbeddingModel } from '#models';
import { searchModes, ways } from '#query';
import { cacheFolderOf, findSentenceModel } from '#stack';

import { measureAnswers } from './measure.js';

const hashed = process.argv.includes('--hash');
const columns = ['all', ...ways] as const;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** `npm run bench:answers [-- --hash]`: nDCG@10 of every mode on questions of every kind. */
async function main(): Promise<void> {
  const folder = findSentenceModel(cacheFolderOf(process.env)) ?? 'set-up has left no sentence model';
  const model = hashed ? new HashEmbeddingModel(384) : new SentenceEmbeddingModel({ folder });
  for (const part of ['held', 'tuning'] as const) {
    const { questions, modes } = await measureAnswers(model, part);
    print(`${part.padEnd(10)}${columns.map((kind) => `${kind} (${questions[kind]})`.padStart(15)).join('')}`);
    for (const mode of searchModes) {
      print(`${mode.padEnd(10)}${columns.map((kind) => modes[mode][kind].toFixed(3).padStart(15)).join('')}`);
    }
  }
  await model.close();
}

await main();
