import { RulesExtractionModel } from '#models';

import { compromiseNames } from './compromise-names.js';
import { isForTraining, readCorpus, type AnnotatedText, type GoldName } from './corpus.js';
import { learn } from './train/learn.js';
import { f1, precision, recall, scoreNames, type Scores } from './score.js';
import { crossValidate } from './train/cross-validate.js';

const types = ['Person', 'Organization', 'Location'];

/**
 * `npm run bench:extraction [-- FILE.jsonl] [-- --cross-validate]`: precision, recall and F1 (exact span and type) of
 * the local extractor, and of the library compromise as it comes beside it.
 */
async function main(): Promise<void> {
  const file = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
  const texts = readCorpus(file);
  const parts: [string, AnnotatedText[]][] = file
    ? [['all texts', texts]]
    : [
        ['kept apart', texts.filter((text) => !isForTraining(text))],
        ['training', texts.filter(isForTraining)],
      ];
  for (const [part, members] of parts) {
    print(`${part}: ${members.length} texts`);
    report('Penstock local', await scored(members, localNames));
    report('compromise', await scored(members, (text) => Promise.resolve(compromiseNames(text))));
  }
  if (!process.argv.includes('--cross-validate')) return;
  print('cross-validated in five parts of the training part');
  report('Penstock local', scoreNames(crossValidate(texts.filter(isForTraining), learn), types));
}

const model = new RulesExtractionModel();
const { signal } = new AbortController();

async function localNames(text: string): Promise<GoldName[]> {
  const [found] = await model.extract([{ text }], { signal });
  return (found?.entities ?? []).flatMap(({ type, start, end }) =>
    type === 'Person' || type === 'Organization' || type === 'Location' ? [{ type, start, end }] : [],
  );
}

async function scored(texts: readonly AnnotatedText[], find: (text: string) => Promise<GoldName[]>): Promise<Scores> {
  const pairs = [];
  for (const { text, names } of texts) pairs.push({ found: await find(text), annotated: names });
  return scoreNames(pairs, types);
}

function report(who: string, scores: Scores): void {
  for (const [type, score] of scores) {
    const numbers = [precision(score), recall(score), f1(score)].map((number) => number.toFixed(3)).join('  ');
    print(`  ${who.padEnd(16)}${type.padEnd(14)}P, R, F1: ${numbers}   of ${score.annotated}`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
