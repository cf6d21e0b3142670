import { PermanentFailure, TransientFailure } from '#failure';

import { DocumentReader } from '../document-reader.js';
import type { ReadDocument } from '../read-document.js';
import type { ParseRequest } from './messages.js';
import { ParseProcess, ProcessDied, type ProcessLimits } from './parse-process.js';
import { readerProgram, spawnWorker } from './spawn-worker.js';

export interface ParsePoolOptions extends ProcessLimits {
  /** Most processes at a time; each is started when it is first needed. */
  readonly processes: number;
  /** The program a process runs. */
  readonly entry?: URL;
}

/** A process that holds more than this share of its limit after a document makes room for a new one. */
const keepShare = 0.5;
/**
 * Processes are made anew now and then, so that whatever leaks in a reader of a format stays small. Starting one costs
 * about as much as reading a hundred small documents.
 */
const documentsMax = 2_000;

interface Member {
  readonly process: ParseProcess;
  documents: number;
}

/** A few processes that read documents, kept warm between them. Documents wait for their turn in order. */
export class ParsePool extends DocumentReader {
  private readonly idle: Member[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly living = new Set<ParseProcess>();
  private busy = 0;
  private isClosed = false;

  constructor(private readonly options: ParsePoolOptions) {
    super();
  }

  /** Most memory any process held at any time until it was last looked at. */
  residentBytesSeen = 0;

  /**
   * @throws PermanentFailure with the reason, `timeout`, `out-of-memory`, or `crashed` if it did so twice;
   * TransientFailure `aborted` or `reader-unavailable`.
   */
  async read(request: ParseRequest, signal: AbortSignal): Promise<ReadDocument> {
    await this.turn();
    try {
      this.requireWanted(signal);
      return await this.once(request, signal).catch((error: unknown) => {
        if (!(error instanceof ProcessDied)) throw error;
        this.requireWanted(signal);
        return this.once(request, signal);
      });
    } catch (error) {
      if (!(error instanceof ProcessDied)) throw error;
      throw new PermanentFailure('the document makes its reader crash', { reason: 'crashed', cause: error });
    } finally {
      this.pass();
    }
  }

  /** Ends all processes; whoever still reads or waits hears that it was called off. */
  close(): void {
    this.isClosed = true;
    for (const process of this.living) process.kill();
    this.living.clear();
    this.idle.length = 0;
  }

  private requireWanted(signal: AbortSignal): void {
    if (this.isClosed || signal.aborted) {
      throw new TransientFailure('reading was called off', { reason: 'aborted' });
    }
  }

  private async turn(): Promise<void> {
    if (this.busy < this.options.processes) this.busy += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Hands the turn to whoever waits longest. */
  private pass(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.busy -= 1;
    else next();
  }

  private async once(request: ParseRequest, signal: AbortSignal): Promise<ReadDocument> {
    const member = this.take();
    try {
      return await member.process.read(request, signal);
    } finally {
      this.residentBytesSeen = Math.max(this.residentBytesSeen, member.process.residentBytesPeak);
      this.giveBack(member);
    }
  }

  private take(): Member {
    for (let member = this.idle.pop(); member !== undefined; member = this.idle.pop()) {
      if (member.process.isAlive) return member;
      this.living.delete(member.process);
    }
    const { entry = readerProgram(), memoryBytesMax } = this.options;
    const process = new ParseProcess(spawnWorker(entry, memoryBytesMax), this.options);
    this.living.add(process);
    return { process, documents: 0 };
  }

  private giveBack(member: Member): void {
    const { process } = member;
    member.documents += 1;
    const isSlim = process.residentBytes <= this.options.memoryBytesMax * keepShare;
    if (process.isAlive && isSlim && member.documents < documentsMax && this.living.has(process)) {
      this.idle.push(member);
      return;
    }
    process.kill();
    this.living.delete(process);
  }
}
