import type { Emission } from '#events';
import { TransientFailure } from '#failure';
import type { PartitionContext, PartitionHandler, PartitionResult, ReceivedEvent } from '#kafka';
import type { SagaState } from '#saga';
import type { StepHook } from '#stores/memory';

import { atMs } from './documents.js';

/** What goes wrong inside a handler, at one of its calls of the store. */
export type CallFault = 'transient' | 'crash' | 'stall';

/** What a handler knows of its partition; see `WriterPartition` in libs/saga. */
export interface Memory {
  state: SagaState;
  readonly givenUp: Map<string, unknown>;
}

const flaky = new TransientFailure('flaky', { reason: 'store-away' });
const signal = new AbortController().signal;
const nowMs = (): number => atMs;

/** Everything this process knows of its partition is gone with it. */
export class WriterProcess {
  private handler: PartitionHandler | undefined;
  private fault: CallFault | undefined;
  private callsLeft = 0;
  private gate = Promise.withResolvers<void>();
  private stalled = Promise.withResolvers<'stalled'>();

  constructor(
    open: (hook: StepHook) => PartitionHandler,
    private readonly logEnd: () => bigint,
    private readonly onStep: (phase: 'before' | 'between' | 'after', fault: CallFault | undefined) => void,
  ) {
    this.handler = open((_verb, phase) => this.step(phase));
  }

  get remembers(): Memory {
    return this.handler as unknown as Memory;
  }

  /** Knows from now on what another one knows that does nothing at this moment. What a fold made never changes. */
  takeOver(other: WriterProcess): void {
    const [own, known] = [this.remembers, other.remembers];
    own.state = known.state;
    for (const [ingestionId, failure] of known.givenUp) own.givenUp.set(ingestionId, failure);
  }

  /** Lets the handler take a batch; the fault comes at the given call, if it makes so many. */
  handle(
    batch: readonly ReceivedEvent[],
    fault: CallFault | undefined,
    atCall: number,
    triedForMs = 0,
  ): Promise<PartitionResult> {
    if (this.handler === undefined) return Promise.reject(flaky);
    this.fault = fault;
    this.callsLeft = atCall;
    // One that stood still before and went on can stand still again.
    this.gate = Promise.withResolvers<void>();
    this.stalled = Promise.withResolvers<'stalled'>();
    return this.handler.handle(batch, { signal, attempt: 0, triedForMs, nowMs, ...this.reads(batch) });
  }

  /** The result, nothing if the handler failed, or word that it stands still in the middle of a call. */
  async settle(run: Promise<PartitionResult>): Promise<PartitionResult | 'stalled' | undefined> {
    const result = run.catch(() => undefined);
    return this.fault === 'stall' ? Promise.race([result, this.stalled.promise]) : result;
  }

  /** A frozen process goes on. */
  wake(): void {
    this.fault = undefined;
    this.gate.resolve();
  }

  /** Whatever of the fault has not happened doesn't happen any more. */
  calm(): void {
    this.fault = undefined;
  }

  private reads(batch: readonly ReceivedEvent[]): Pick<PartitionContext, 'readTo' | 'logEnd'> {
    return { readTo: (batch.at(-1)?.offset ?? -1n) + 1n, logEnd: () => Promise.resolve(this.logEnd()) };
  }

  private step(phase: 'before' | 'between' | 'after'): Promise<void> | undefined {
    const due = this.fault !== undefined && this.callsLeft <= 0;
    this.callsLeft -= 1;
    this.onStep(phase, due ? this.fault : undefined);
    if (!due) return undefined;
    if (this.fault === 'stall') {
      this.stalled.resolve('stalled');
      return this.gate.promise;
    }
    return Promise.reject(flaky);
  }
}

/** Says some of what a handler answered, in another order: each cause is published by a request of its own. */
export function someOf(emissions: readonly Emission[], mask: number): Emission[] {
  return emissions.filter((_, i) => ((mask >> (i % 8)) & 1) === 1).reverse();
}
