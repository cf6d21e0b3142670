import { writeFileSync } from 'node:fs';

import { weightScale, type Weights } from '../../../../libs/models/local/tagger/weights.js';
import { isForTraining, readCorpus } from '../corpus.js';
import { learn } from './learn.js';

const target = new URL('../../../../libs/models/local/tagger/weights.txt', import.meta.url);

/** `npm run bench:extraction:train`: learns from the training part and writes the weights that the extractor uses. */
function main(): void {
  const texts = readCorpus().filter(isForTraining);
  const weights = learn(texts);
  writeFileSync(target, written(weights));
  process.stdout.write(`${texts.length} texts, ${weights.features.size} features with weights\n`);
}

function written({ features, transitions }: Weights): string {
  const rows = transitions.map((row, index) => line(`>${index}`, row));
  const own = [...features]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([feature, numbers]) => line(feature, [...numbers]));
  return [...rows, ...own].join('');
}

function line(feature: string, numbers: readonly number[]): string {
  return `${feature}\t${numbers.map((number) => Math.round(number * weightScale)).join(' ')}\n`;
}

main();
