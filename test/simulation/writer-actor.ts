import type { Emission } from '#events';
import type { PartitionHandler, PartitionResult, ReceivedEvent } from '#kafka';
import type { StepHook } from '#stores/memory';
import type { StoreName } from '#stores/port';

import { commitOffset } from '../../libs/kafka/fetch-position.js';
import type { Coverage } from './coverage.js';
import { someOf, WriterProcess, type CallFault, type Memory } from './writer-process.js';

/** What may happen to one writer in one step. */
export const writerFaults = [
  'none',
  'transient',
  'crash',
  'stall',
  'slow',
  'write-deadline',
  'crash-before-publish',
  'crash-in-publish',
  'publish-twice',
  'crash-before-commit',
  'restart',
  'old-owner',
] as const;
export type WriterFault = (typeof writerFaults)[number];

export interface WriterStep {
  readonly fault: WriterFault;
  /** Most records that the batch has. */
  readonly count: number;
  /** Call of the store at which the fault comes; or which outputs are lost. */
  readonly at: number;
}

/** How the loop around a handler behaves; mutants behave otherwise. */
export interface LoopHabits {
  readonly commit: 'after' | 'before' | 'without-low-water';
  readonly onFailure: 'retry' | 'skip';
  readonly takes: 'all' | 'first-half-of-batch';
  readonly startsAt: 'beginning' | 'end';
  readonly heartbeat: 'always' | 'between-batches';
}

export const soundHabits: LoopHabits = {
  commit: 'after',
  onFailure: 'retry',
  takes: 'all',
  startsAt: 'beginning',
  heartbeat: 'always',
};

/** What a writer shares with the world around it. */
export interface WriterWorld {
  readonly log: readonly ReceivedEvent[];
  readonly coverage: Coverage;
  readonly habits: LoopHabits;
  say(emissions: readonly Emission[]): void;
  open(store: StoreName, hook: StepHook): PartitionHandler;
  look(store: StoreName): void;
}

interface Frozen {
  readonly process: WriterProcess;
  readonly run: Promise<PartitionResult>;
  readonly end: number;
}

const faultsInCalls: Partial<Record<WriterFault, CallFault>> = {
  transient: 'transient',
  crash: 'crash',
  stall: 'stall',
  slow: 'stall',
  'write-deadline': 'transient',
};
const pastDeadlineMs = 600_000;
const zombiesMax = 3;
/** Records that a handler is done with before its group misses it. */
const quickBatch = 3;

/** One writer as its group sees it: the process that owns the partition, and those that once did and don't know. */
export class WriterActor {
  /** Next record to hand in. */
  position = 0;
  /** Where a restart begins. */
  committed = 0;
  private process: WriterProcess | undefined;
  private slow: Frozen | undefined;
  private readonly zombies: Frozen[] = [];
  private readonly history: number[] = [0];
  private started = false;
  private struck = false;

  constructor(
    readonly store: StoreName,
    private readonly world: WriterWorld,
  ) {}

  async step(step: WriterStep): Promise<void> {
    const { log, coverage, habits } = this.world;
    this.struck = false;
    if (this.slow !== undefined) return this.goOn();
    if (!this.started && habits.startsAt === 'end') this.position = this.committed = log.length;
    this.started = true;
    if (step.fault === 'restart') {
      coverage.note('restart');
      return this.restart();
    }
    if (step.fault === 'old-owner') return this.oldOwner(step);
    const batch = log.slice(this.position, this.position + step.count);
    if (batch.length === 0) return;
    if (habits.commit === 'before') this.committed = this.position + batch.length;
    const process = (this.process ??= this.begin());
    const taken = habits.takes === 'all' ? batch : batch.slice(0, Math.ceil(batch.length / 2));
    const triedForMs = step.fault === 'write-deadline' ? pastDeadlineMs : 0;
    const run = process.handle(taken, faultsInCalls[step.fault], triedForMs > 0 ? 0 : step.at, triedForMs);
    const end = this.position + batch.length;
    const result = await process.settle(run);
    if (result === 'stalled') return this.freeze(step.fault, { process, run, end });
    process.calm();
    // The group takes it for dead before it is done, gives its partition away, and hears nothing of it.
    if (habits.heartbeat === 'between-batches' && batch.length > quickBatch) return this.restart();
    if (result !== undefined) return this.finish(step, result, end);
    if (step.fault === 'crash') return this.restart();
    if (habits.onFailure === 'skip') this.position = this.committed = end;
  }

  /** A process that was frozen goes on: the owner as if nothing had been, a zombie without being able to commit. */
  async wakeZombie(heard: boolean): Promise<void> {
    const zombie = this.zombies.shift();
    if (zombie === undefined) return;
    this.world.coverage.note('zombie');
    const result = await this.thaw(zombie);
    if (result === undefined || !heard) return;
    this.world.coverage.note('zombie-heard');
    this.world.say(result.emissions);
  }

  /** Goes on where another one stands, none of whose processes stands still. */
  takeOver({ position, committed, process, history, started, struck }: WriterActor): void {
    this.position = position;
    this.committed = committed;
    this.history.splice(0, Infinity, ...history);
    this.started = started;
    this.struck = struck;
    if (process === undefined) return;
    this.process = this.begin();
    this.process.takeOver(process);
  }

  get idle(): boolean {
    return this.slow === undefined && this.zombies.length === 0 && this.position === this.world.log.length;
  }

  /** Its process stands still in the middle of a call, and nobody noticed. */
  get isSlow(): boolean {
    return this.slow !== undefined;
  }

  get zombiesLeft(): number {
    return this.zombies.length;
  }

  /** Processes that stand still. */
  get asleep(): number {
    return this.zombies.length + (this.slow === undefined ? 0 : 1);
  }

  /** Whether the fault of the last step came, or the batch was over before. */
  get wasStruck(): boolean {
    return this.struck;
  }

  /** What its process knows and a restart forgets. */
  get remembers(): Memory | undefined {
    return this.process?.remembers;
  }

  /** Reads everything again from the first record, as a group whose offsets were reset. */
  reset(): void {
    this.committed = 0;
    this.restart();
  }

  private finish({ fault, at }: WriterStep, result: PartitionResult, end: number): void {
    const { coverage } = this.world;
    if (fault === 'crash-before-publish' || fault === 'crash-in-publish') {
      coverage.note(fault);
      if (fault === 'crash-in-publish') this.world.say(someOf(result.emissions, at));
      return this.restart();
    }
    if (fault === 'publish-twice') this.world.say(someOf(result.emissions, at));
    this.world.say(result.emissions);
    if (fault === 'crash-before-commit') {
      coverage.note(fault);
      return this.restart();
    }
    if (result.processed === 0) coverage.note('write-deadline');
    else this.position = end;
    this.commit(result);
  }

  private commit({ lowWater }: PartitionResult): void {
    const low = this.world.habits.commit === 'without-low-water' ? undefined : lowWater;
    const next = commitOffset(BigInt(this.position), low, BigInt(this.committed));
    if (next === undefined) return;
    this.committed = Number(next);
    this.history.push(this.committed);
  }

  private freeze(fault: WriterFault, frozen: Frozen): void {
    if (fault === 'slow') {
      this.slow = frozen;
      return;
    }
    this.zombies.push(frozen);
    if (this.zombies.length > zombiesMax) this.zombies.shift();
    this.restart();
  }

  private async goOn(): Promise<void> {
    const { slow } = this;
    if (slow === undefined) return;
    this.slow = undefined;
    this.world.coverage.note('slow');
    const result = await this.thaw(slow);
    if (result !== undefined) this.finish({ fault: 'none', count: 0, at: 0 }, result, slow.end);
  }

  private async thaw({ process, run }: Frozen): Promise<PartitionResult | undefined> {
    process.wake();
    return run.catch(() => undefined);
  }

  /** A process that owned the partition long ago takes a batch from where it stood then; nobody hears it. */
  private async oldOwner({ at, count }: WriterStep): Promise<void> {
    const from = this.history[at % this.history.length] ?? 0;
    const batch = this.world.log.slice(from, from + count);
    if (batch.length === 0) return;
    this.world.coverage.note('old-owner');
    const process = this.begin();
    await process.settle(process.handle(batch, undefined, 0));
  }

  private begin(): WriterProcess {
    const { coverage } = this.world;
    return new WriterProcess(
      (hook) => this.world.open(this.store, hook),
      () => BigInt(this.world.log.length),
      (phase, fault) => {
        this.world.look(this.store);
        if (fault === undefined) return;
        this.struck = true;
        if (phase === 'between') coverage.note('partial-batch');
        if (fault === 'transient' && phase === 'after') coverage.note('lost-ack');
        if (fault === 'crash') coverage.note('crash-in-call');
      },
    );
  }

  private restart(): void {
    this.process = undefined;
    this.position = this.committed;
  }
}
