import { writeFileSync } from 'node:fs';

import { featureText, weightScale, type Weights } from '../../../../libs/models/local/tagger/weights.js';
import { isForTraining, readCorpus } from '../corpus.js';
import { learn } from './learn.js';

const target = new URL('../../../../libs/models/local/tagger/weights.txt', import.meta.url);

/** `npm run bench:extraction:train`: learns from the training part and writes the weights that the extractor uses. */
function main(): void {
  const texts = readCorpus().filter(isForTraining);
  const weights = learn(texts);
  writeFileSync(target, written(weights));
  process.stdout.write(`${texts.length} texts, ${linesOf(weights).length} features with weights\n`);
}

function written(weights: Weights): string {
  const rows = weights.transitions.map((row, index) => line(`>${index}`, row));
  return [...rows, ...linesOf(weights)].join('');
}

function linesOf({ features }: Weights): string[] {
  const byText = [...features].flatMap(([name, values]) =>
    [...values].map(([value, numbers]) => [featureText(name, value), numbers] as const),
  );
  return byText.sort(([a], [b]) => (a < b ? -1 : 1)).map(([feature, numbers]) => line(feature, [...numbers]));
}

function line(feature: string, numbers: readonly number[]): string {
  return `${feature}\t${numbers.map((number) => Math.round(number * weightScale)).join(' ')}\n`;
}

main();
