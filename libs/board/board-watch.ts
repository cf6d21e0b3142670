import { setTimeout as wait } from 'node:timers/promises';

import { PermanentFailure } from '#failure';

import { boardOf, type Board, type FlowSample, type OpenWork } from './board.js';

/** Where a board is read from. Each may fail; the board then says so and goes on. */
export interface BoardSources {
  readonly flow: () => Promise<FlowSample>;
  readonly work: () => Promise<OpenWork>;
  readonly nowMs: () => number;
}

export interface BoardWatchOptions {
  readonly intervalMs: number;
  /** Samples that a rate is counted over. */
  readonly samplesMax: number;
  readonly watchersMax: number;
}

const usual: BoardWatchOptions = { intervalMs: 2_000, samplesMax: 6, watchersMax: 100 };

/** Called with each board; without one when there will be no more. */
export type Watcher = (board: Board | undefined) => void;

/** Reads the board while somebody watches, once for all of them, and not at all while nobody does. */
export class BoardWatch {
  private readonly watchers = new Set<Watcher>();
  private samples: FlowSample[] = [];
  private last: Board | undefined;
  private reading: Promise<Board> | undefined;
  private turning = false;
  private readonly stopped = new AbortController();

  constructor(
    private readonly sources: BoardSources,
    private readonly options: BoardWatchOptions = usual,
  ) {}

  /** The board now; read anew only if what was read last is older than a turn. */
  async now(): Promise<Board> {
    const { last } = this;
    const isFresh = last !== undefined && this.sources.nowMs() - Date.parse(last.at) < this.options.intervalMs;
    return isFresh ? last : this.read();
  }

  /**
   * Hands every board to the watcher, the last one at once. @returns what ends it.
   * @throws PermanentFailure `too-many-watchers`.
   */
  watch(watcher: Watcher): () => void {
    if (this.watchers.size >= this.options.watchersMax) {
      throw new PermanentFailure('too many clients watch the board already', { reason: 'too-many-watchers' });
    }
    this.watchers.add(watcher);
    if (this.last !== undefined && this.turning) watcher(this.last);
    void this.turn();
    return () => void this.watchers.delete(watcher);
  }

  /** Tells all watchers that there is no more. */
  stop(): void {
    this.stopped.abort();
    for (const watcher of this.watchers) watcher(undefined);
    this.watchers.clear();
  }

  private async turn(): Promise<void> {
    if (this.turning) return;
    this.turning = true;
    try {
      while (this.watchers.size > 0 && !this.stopped.signal.aborted) {
        const board = await this.read();
        for (const watcher of this.watchers) watcher(board);
        await wait(this.options.intervalMs, undefined, { signal: this.stopped.signal, ref: false }).catch(
          () => undefined,
        );
      }
    } finally {
      this.turning = false;
      this.samples = [];
    }
  }

  /** Whoever asks while it is being read gets what comes of that. */
  private read(): Promise<Board> {
    this.reading ??= this.readAnew().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readAnew(): Promise<Board> {
    const { flow, work, nowMs } = this.sources;
    const [sample, open] = await Promise.all([flow().catch(() => null), work().catch(() => null)]);
    this.samples = sample === null ? [] : [...this.samples, sample].slice(-this.options.samplesMax);
    this.last = boardOf(nowMs(), sample === null ? null : this.samples, open);
    return this.last;
  }
}
