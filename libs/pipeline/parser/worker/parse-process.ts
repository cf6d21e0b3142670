import type { ChildProcess } from 'node:child_process';

import { PermanentFailure, TransientFailure } from '#failure';

import type { ReadDocument } from '../read-document.js';
import { AnswerPieces, requestPieces, type AnswerPiece, type ParseAnswer, type ParseRequest } from './messages.js';
import { residentBytes } from './resident-bytes.js';

export interface ProcessLimits {
  readonly timeoutMs: number;
  /** Most memory the process may hold, its own code included. */
  readonly memoryBytesMax: number;
}

const watchEveryMs = 25;
/**
 * A process grows between two looks, and after the last one until it is gone: by 25 MiB as a rule, and 100 on a machine
 * that is busy elsewhere. So it is ended before it holds all it may, with room for that.
 */
const endShare = 0.75;
/** Longest a process may take to start: seconds, where it has to wait for a core. */
const startMsMax = 60_000;
const mib = 1024 * 1024;

/** A process that died by itself; it is worth another try, since the machine may have been at fault. */
export class ProcessDied extends TransientFailure {}

function tooSlow({ timeoutMs }: ProcessLimits): PermanentFailure {
  const message = `the document was not read within ${Math.round(timeoutMs / 1000)} s`;
  return new PermanentFailure(message, { reason: 'timeout' });
}

function tooHungry({ memoryBytesMax }: ProcessLimits): PermanentFailure {
  const message = `reading the document needs more memory than the ${Math.round(memoryBytesMax / mib)} MiB it may take`;
  return new PermanentFailure(message, { reason: 'out-of-memory' });
}

function notStarted(): TransientFailure {
  return new TransientFailure('no process could be started to read the document', { reason: 'reader-unavailable' });
}

/** One parse process. It reads one document at a time and is killed if that takes too much of anything. */
export class ParseProcess {
  /** What it held when it was last looked at: by this it is ended, or used again. */
  residentBytes = 0;
  /** Most it held since it was started, also between two looks. */
  residentBytesPeak = 0;
  private isReady = false;

  constructor(
    private readonly child: ChildProcess,
    private readonly limits: ProcessLimits,
  ) {
    // Whoever waits hears of it by the exit, or when he sends; there may be nobody.
    child.on('error', () => undefined).once('message', () => (this.isReady = true));
  }

  get isAlive(): boolean {
    const { exitCode, signalCode, killed, connected } = this.child;
    return exitCode === null && signalCode === null && !killed && connected;
  }

  /**
   * @throws PermanentFailure with the document's reason, `timeout` or `out-of-memory`; ProcessDied; TransientFailure
   * `aborted` or `reader-unavailable`. After any but the first the process is gone.
   */
  async read(request: ParseRequest, signal: AbortSignal): Promise<ReadDocument> {
    const answer = Promise.withResolvers<ParseAnswer>();
    const inTime = (): NodeJS.Timeout => setTimeout(() => answer.reject(tooSlow(this.limits)), this.limits.timeoutMs);
    // A machine that is slow to start a process is no fault of the document.
    let timer = this.isReady ? inTime() : setTimeout(() => answer.reject(notStarted()), startMsMax);
    const pieces = new AnswerPieces();
    const onMessage = (message: unknown): void => {
      if (message === 'ready') {
        clearTimeout(timer);
        timer = inTime();
        return;
      }
      const whole = pieces.take(message as AnswerPiece);
      if (whole !== undefined) answer.resolve(whole);
    };
    const onAbort = (): void => answer.reject(new TransientFailure('reading was called off', { reason: 'aborted' }));
    const onExit = (_code: number | null, killedBy: string | null): void => answer.reject(this.deathOf(killedBy));
    const watch = setInterval(() => void this.watch(answer.reject), watchEveryMs);
    this.child.on('message', onMessage).once('exit', onExit);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal.aborted) onAbort();
      else void this.send(request).catch(answer.reject);
      const came = await answer.promise;
      await this.look(); // Small documents are read between two looks of the watch; what they leave behind adds up.
      return documentOf(came);
    } catch (error) {
      if (!(error instanceof Refused)) {
        await this.look(); // The last chance to hear how much it held.
        this.kill();
      }
      throw error instanceof Refused ? error.failure : error;
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      signal.removeEventListener('abort', onAbort);
      this.child.off('message', onMessage).off('exit', onExit);
    }
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Piece by piece, each when the one before was taken, so that no second copy of the document waits to be sent. */
  private async send(request: ParseRequest): Promise<void> {
    for (const piece of requestPieces(request)) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.child.send(piece, (error) => (error === null ? resolve() : reject(this.deathOf(null))));
      await promise;
    }
  }

  private async look(): Promise<void> {
    const bytes = this.child.pid === undefined ? undefined : await residentBytes(this.child.pid);
    this.residentBytes = bytes?.now ?? 0;
    this.residentBytesPeak = Math.max(this.residentBytesPeak, bytes?.peak ?? 0);
  }

  private async watch(reject: (failure: Error) => void): Promise<void> {
    await this.look();
    if (this.residentBytes > this.limits.memoryBytesMax * endShare) reject(tooHungry(this.limits));
  }

  /**
   * V8 ends a process whose heap is full with SIGABRT or SIGTRAP. One that never got ready has not seen the document:
   * no memory or process left on the machine, or a broken installation.
   */
  private deathOf(killedBy: string | null): Error {
    if (!this.isReady) return notStarted();
    if (killedBy === 'SIGABRT' || killedBy === 'SIGTRAP') return tooHungry(this.limits);
    return new ProcessDied(`the process that read the document died (${killedBy ?? 'exit'})`, { reason: 'crashed' });
  }
}

/** The document was refused by its reader, which is well. */
class Refused extends Error {
  constructor(readonly failure: PermanentFailure) {
    super(failure.message);
  }
}

function documentOf(answer: ParseAnswer): ReadDocument {
  if ('document' in answer) return answer.document;
  const { message, reason } = answer.failure;
  throw new Refused(new PermanentFailure(message, { reason }));
}
