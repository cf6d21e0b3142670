import { setTimeout as wait } from 'node:timers/promises';

import { classify, TransientFailure, type PenstockFailure } from '#failure';

import { answerId, type Answer, type AnswerStore } from './answers.js';
import type { ModelUsage } from './extraction-model.js';
import type { AnswerOnceOptions, AskModel, Question } from './questions.js';
import { free } from './total-usage.js';
import { whileClaimed } from './while-claimed.js';

const pollMsMin = 100;
const pollMsMax = 1_000;

/** Asks a model in groups until everything has an answer; what others ask at the moment is waited for. */
export class Asking<Q extends Question> {
  /** What questions cost that were paid for here, by `answerId`. */
  readonly paid = new Map<string, ModelUsage>();
  private readonly failures: PenstockFailure[] = [];
  private readonly knownBefore: number;
  private readonly untilMs: number;

  /** @param answers that are known, by `answerId`; those that come are added. */
  constructor(
    private readonly store: AnswerStore,
    private readonly answers: Map<string, Answer>,
    private readonly ask: AskModel<Q>,
    private readonly options: AnswerOnceOptions<Q>,
  ) {
    this.knownBefore = answers.size;
    this.untilMs = performance.now() + options.sliceMs;
  }

  /** @param missing questions without an answer, each once. @throws as `answerOnce` says. */
  async finish(missing: readonly Q[]): Promise<void> {
    let elsewhere = await this.askAll(missing);
    this.throwFailure();
    for (let polls = 0; elsewhere.length > 0; polls += 1) {
      await this.waitForOthers(polls);
      this.throwFailure();
      elsewhere = await this.askAll(elsewhere);
      this.throwFailure();
    }
  }

  /** @returns what somebody else asks at the moment. */
  private async askAll(questions: readonly Q[]): Promise<readonly Q[]> {
    const { groupsOf, parallel } = this.options;
    const groups = groupsOf(questions)[Symbol.iterator]();
    const elsewhere: Q[] = [];
    const work = async (): Promise<void> => {
      while (this.failures.length === 0) {
        const { value: group, done } = groups.next();
        if (done === true) return;
        if (this.isOver && this.came > 0) this.failures.push(unfinished(this.came));
        else await this.settle(group, elsewhere).catch((error: unknown) => this.failures.push(classify(error)));
      }
    };
    await Promise.all(Array.from({ length: parallel }, work));
    return elsewhere;
  }

  /** Nothing is waited for while something is claimed: what is not ours is left for later. */
  private async settle(group: readonly Q[], elsewhere: Q[]): Promise<void> {
    const { claims } = this.options;
    if (claims === undefined) return this.payFor(group);
    const ids = group.map(idOf);
    return whileClaimed(claims, ids, async (claimed) => {
      // Whoever claimed before may have kept an answer after it was looked for.
      for (const [id, answer] of await this.store.load(group.map(({ key }) => key))) this.answers.set(id, answer);
      const open = group.filter((question) => !this.answers.has(idOf(question)));
      elsewhere.push(...open.filter((question) => !claimed.has(idOf(question))));
      await this.payFor(open.filter((question) => claimed.has(idOf(question))));
    });
  }

  private async payFor(group: readonly Q[]): Promise<void> {
    if (group.length === 0) return;
    const found = await this.ask(group);
    if (found.length !== group.length) {
      throw new TransientFailure('a model left questions unanswered', { reason: 'model-answer-incomplete' });
    }
    const entries = group.map(({ key }, index) => ({ key, answer: found[index]?.answer ?? {} }));
    for (const [id, answer] of await this.store.keep(entries)) this.answers.set(id, answer);
    group.forEach((question, index) => this.paid.set(idOf(question), found[index]?.usage ?? free));
  }

  /** This wait counts: else two that wait in turns for a server that never answers would do so for ever. */
  private async waitForOthers(polls: number): Promise<void> {
    const { signal } = this.options;
    if (!this.isOver) {
      await wait(Math.min(pollMsMax, pollMsMin * 2 ** polls), undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) this.failures.push(calledOff());
    else if (this.isOver) this.failures.push(askedElsewhere());
  }

  private throwFailure(): void {
    const worst = this.failures.find(({ kind }) => kind !== 'transient') ?? this.failures[0];
    if (worst !== undefined) throw this.came > 0 ? furtherOn(worst) : worst;
  }

  /** Answers that were not known before, whoever paid for them. */
  private get came(): number {
    return this.answers.size - this.knownBefore;
  }

  private get isOver(): boolean {
    return performance.now() >= this.untilMs;
  }
}

function idOf({ key }: Question): string {
  return answerId(key);
}

function unfinished(answered: number): TransientFailure {
  const message = `${answered} answers came in the time there was; the others come next`;
  return new TransientFailure(message, { reason: 'model-unfinished', uncounted: true });
}

function calledOff(): TransientFailure {
  return new TransientFailure('called off while others asked', { reason: 'aborted' });
}

function askedElsewhere(): TransientFailure {
  const message = 'the same is asked for another document, and had no answer yet';
  return new TransientFailure(message, { reason: 'model-asked-elsewhere' });
}

function furtherOn(failure: PenstockFailure): PenstockFailure {
  if (failure.kind !== 'transient' || failure.uncounted) return failure;
  const { reason, retryAfterMs, message } = failure;
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new TransientFailure(message, { reason, uncounted: true, cause: failure, ...asked });
}
