import { describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';

import { ExtractOnce } from './extract-once.js';
import { ExtractionModel, type ChunkText, type Extraction } from './extraction-model.js';
import { MemoryAnswerStore } from './memory-answer-store.js';

/** Never says the same twice, as a paid model may; fails from a given text on. */
class CountingModel extends ExtractionModel {
  override readonly id = 'counting/1';
  override version = '1';
  readonly asked: string[] = [];

  constructor(private readonly failsOn?: string) {
    super();
  }

  override async extract(texts: readonly ChunkText[]): Promise<Extraction[]> {
    return texts.map(({ text }) => {
      if (text === this.failsOn) throw new TransientFailure('unavailable');
      this.asked.push(text);
      const name = `${text} ${this.asked.length}`;
      const usage = { promptTokens: 7, completionTokens: 1 };
      return { entities: [{ name, type: 'Concept', start: 0, end: 1 }], facts: [], usage };
    });
  }
}

const options = { signal: new AbortController().signal };
const texts = (...all: string[]): ChunkText[] => all.map((text) => ({ text, headingPath: [] }));
const names = (found: readonly Extraction[]): (string | undefined)[] => found.map((one) => one.entities[0]?.name);
const prompts = (found: readonly Extraction[]): number[] => found.map((one) => one.usage.promptTokens);

describe('ExtractOnce', () => {
  it('asks for each distinct text once and counts only what was paid', async () => {
    const model = new CountingModel();
    const reused: number[] = [];
    const once = new ExtractOnce(model, new MemoryAnswerStore(), { onReused: (_, answers) => reused.push(answers) });

    const found = await once.extract(texts('a', 'b', 'a'), options);
    const again = await once.extract(texts('b', 'a', 'c'), options);

    expect(model.asked).toEqual(['a', 'b', 'c']);
    expect(names(found)).toEqual(['a 1', 'b 2', 'a 1']);
    expect(prompts(found)).toEqual([7, 7, 0]);
    expect(names(again)).toEqual(['b 2', 'a 1', 'c 3']);
    expect(prompts(again)).toEqual([0, 0, 7]);
    expect(reused).toEqual([1, 2]);
  });

  it('gives two who ask at once the same answer, though both pay', async () => {
    const answers = new MemoryAnswerStore();
    const model = new CountingModel();
    const [one, two] = [new ExtractOnce(model, answers), new ExtractOnce(model, answers)];

    const [first, second] = await Promise.all([one.extract(texts('a'), options), two.extract(texts('a'), options)]);

    expect(names(first)).toEqual(names(second));
    expect([...prompts(first), ...prompts(second)]).toEqual([7, 7]);
  });

  it('keeps what was paid before a failure, so that the next try pays only for the rest', async () => {
    const answers = new MemoryAnswerStore();
    const failing = new ExtractOnce(new CountingModel('c'), answers, { textsPerGroup: 1 });
    await expect(failing.extract(texts('a', 'b', 'c'), options)).rejects.toBeInstanceOf(TransientFailure);
    const model = new CountingModel();

    await new ExtractOnce(model, answers).extract(texts('a', 'b', 'c'), options);

    expect(model.asked).toEqual(['c']);
  });

  it('asks again after the version of the prompt has changed, and where headings differ', async () => {
    const model = new CountingModel();
    const once = new ExtractOnce(model, new MemoryAnswerStore());
    await once.extract(texts('a'), options);

    await once.extract([{ text: 'a', headingPath: ['Terms'] }], options);
    model.version = '2';
    await once.extract(texts('a'), options);

    expect(model.asked).toEqual(['a', 'a', 'a']);
  });
});
