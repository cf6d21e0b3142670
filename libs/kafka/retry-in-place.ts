import { classify, type PenstockFailure } from '#failure';
import { loggedFailure } from '#telemetry';

import { loggedDocuments, type LoggedDocument } from './logged-documents.js';
import { Patience } from './patience.js';
import { lostAssignment, stuckReason } from './with-deadline.js';
import type { WorkerHooks, WorkerPorts } from './worker-ports.js';

/** What is tried again. */
export type Tried = 'decode' | 'handle' | 'commit';

export interface RetryOptions {
  readonly what: Tried;
  readonly ports: Pick<WorkerPorts, 'role' | 'log' | 'metrics' | 'nowMs'>;
  readonly at: Pick<WorkerHooks, 'topic' | 'partition'>;
  /** Whom the work is for; what a partition does for itself is for nobody. Asked only if a line is written. */
  readonly documents: () => readonly LoggedDocument[];
  /** Whether the partition is not ours any more. */
  readonly isLost: () => boolean;
  /** Aborted when nothing more is to be tried. */
  readonly quit: AbortSignal;
  /** Whether what did not end by its deadline is not tried again here. */
  readonly stuckEnds: boolean;
}

/**
 * Repeats in place what fails for the moment, and says for how long that has been going on.
 * @throws PenstockFailure if it fails for good, or nothing more is to be tried.
 */
export async function retryInPlace<T>(
  work: (attempt: number, triedForMs: number) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { ports, isLost, quit, stuckEnds } = options;
  const patience = new Patience(ports.nowMs);
  try {
    for (let attempt = 0; ; attempt++) {
      if (isLost()) throw lostAssignment();
      try {
        return await work(attempt, patience.triedForMs);
      } catch (error) {
        const failure = classify(error);
        const stuck = failure.reason === stuckReason && stuckEnds;
        if (failure.kind !== 'transient' || stuck || quit.aborted) throw failure;
        note(options, { attempt, failure, patience });
        await patience.wait(attempt, failure, quit);
        if (quit.aborted) throw failure;
      }
    }
  } finally {
    ports.metrics.stepAgeSeconds.remove(labelsOf(options));
  }
}

interface Failed {
  readonly attempt: number;
  readonly failure: PenstockFailure;
  readonly patience: Patience;
}

function note(options: RetryOptions, { attempt, failure, patience }: Failed): void {
  const { log, metrics } = options.ports;
  const { role, topic, partition } = labelsOf(options);
  metrics.retries.inc({ role, reason: failure.reason });
  metrics.stepAgeSeconds.set({ role, topic, partition }, patience.triedForMs / 1000);
  if (options.what === 'handle') metrics.events.inc({ role, topic, outcome: 'retried' });
  if (!patience.isNews(failure)) return;
  const line = { role, topic, partition, attempt, ...loggedDocuments(options.documents(), failure) };
  log.warn({ ...line, ...loggedFailure(failure) }, `${options.what} failed and is tried again`);
}

function labelsOf({ ports, at }: Pick<RetryOptions, 'ports' | 'at'>): Record<'role' | 'topic', string> & {
  partition: number;
} {
  return { role: ports.role.role, topic: at.topic, partition: at.partition };
}
