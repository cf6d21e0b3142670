import { describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';

import { ExtractOnce } from './extract-once.js';
import { ExtractionModel, type ChunkText, type Extraction } from './extraction-model.js';
import { MemoryAnswerClaims } from './memory-answer-claims.js';
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
const texts = (...all: string[]): ChunkText[] => all.map((text) => ({ text }));
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

  it('gives two who ask at once the same answer, though both pay where nothing is claimed', async () => {
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

  it('asks again after the version of the prompt has changed', async () => {
    const model = new CountingModel();
    const once = new ExtractOnce(model, new MemoryAnswerStore());
    await once.extract(texts('a'), options);

    model.version = '2';
    await once.extract(texts('a'), options);

    expect(model.asked).toEqual(['a', 'a']);
  });
});

describe('a text that somebody else asks about', () => {
  const answers = new MemoryAnswerStore();
  const claims = new MemoryAnswerClaims();
  const once = (model: ExtractionModel, sliceMs = 30_000): ExtractOnce =>
    new ExtractOnce(model, answers, { claims, textsPerGroup: 2, sliceMs });
  /** Asks about it and comes to no end until it is let go. */
  const asksOn = (text: string): { readonly ended: Promise<unknown>; letGo: () => void } => {
    const { promise, resolve: letGo } = Promise.withResolvers<void>();
    const slow = new CountingModel();
    const extract = slow.extract.bind(slow);
    slow.extract = (asked) => promise.then(() => extract(asked));
    return { ended: once(slow).extract(texts(text), options), letGo };
  };

  it('is paid for by one of them, and answered to both, in whatever order they ask', async () => {
    const model = new CountingModel();

    const [first, second] = await Promise.all([
      once(model).extract(texts('a', 'b', 'c'), options),
      once(model).extract(texts('c', 'b', 'a'), options),
    ]);

    expect(model.asked.toSorted()).toEqual(['a', 'b', 'c']);
    expect(names(second).toReversed()).toEqual(names(first));
    expect([...prompts(first), ...prompts(second)].filter((prompt) => prompt > 0)).toEqual([7, 7, 7]);
  });

  it('is asked about by the one that waits once the other has failed', async () => {
    const model = new CountingModel();

    const [failed, found] = await Promise.allSettled([
      once(new CountingModel('d')).extract(texts('d'), options),
      once(model).extract(texts('d'), options),
    ]);

    expect([failed.status, found.status]).toEqual(['rejected', 'fulfilled']);
    expect(model.asked).toEqual(['d']);
  });

  it('is waited for only for a while, which counts, unless something new came of it', async () => {
    const { ended, letGo } = asksOn('e');
    const model = new CountingModel();

    const nothing = once(model, 50).extract(texts('e'), options);
    await expect(nothing).rejects.toMatchObject({ reason: 'model-asked-elsewhere', uncounted: false });
    const something = once(model, 50).extract(texts('e', 'f'), options);
    await expect(something).rejects.toMatchObject({ reason: 'model-asked-elsewhere', uncounted: true });
    letGo();
    await ended;

    expect(model.asked).toEqual(['f']);
  });

  it('is not waited for by work that is called off', async () => {
    const { ended, letGo } = asksOn('g');
    const stop = new AbortController();

    const waiting = once(new CountingModel()).extract(texts('g'), { signal: stop.signal });
    setTimeout(() => stop.abort(), 10);
    await expect(waiting).rejects.toMatchObject({ reason: 'aborted' });
    letGo();
    await ended;
  });
});
