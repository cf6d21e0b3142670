import type { LedgerLine, Operation } from '../checker/index.js';
import { allFaultKinds } from './fault-kinds.js';
import type { SeenRecord } from './read-topics.js';
import type { DoneFault } from './run-faults.js';

/** What a trial did, and what came to a bad end in it. */
export interface Trouble {
  readonly faults: readonly DoneFault[];
  readonly history: readonly Operation[];
  readonly ledger: readonly LedgerLine[];
  readonly deadLetters: readonly SeenRecord[];
}

/** What a stage gives as its reason when it tried for too long; nothing that a store or a format refuses has these. */
const tiring = new Set([
  'postgres-unavailable',
  'staging-unavailable',
  'handler-deadline',
  'handler-stuck',
  'reader-unavailable',
  'unclassified',
]);

/**
 * No false abort: every document that was given up, and every dead letter that was no poison, has a reason that
 * something explains which the trial did. A store that is away may be waited for in vain, but it refuses nothing, so
 * where nothing was hurt, and nobody cancelled anything, nothing is given up.
 */
export function unexplained(trouble: Trouble): string[] {
  const explains = new Explanations(trouble);
  const ends = trouble.ledger
    .filter(({ status }) => status === 'rolled_back' || status === 'failed')
    .filter((row) => !explains.end(row))
    .map(({ document, version, ingestionId, status, error }) => {
      const why = error === undefined || error === null ? 'nobody' : `${error.role}, ${error.reason}`;
      return `I5 ${document} v${version} ${ingestionId} is ${status} by ${why}, which nothing explains`;
    });
  const letters = trouble.deadLetters
    .filter((letter) => !explains.letter(letter))
    .map(({ key, headers }) => {
      const {
        'deadletter.stage': stage,
        'deadletter.failure-type': type,
        'deadletter.failure-reason': reason,
      } = headers;
      return `I12 a dead letter of ${key} by ${stage}: ${type}, ${reason}, which nothing explains`;
    });
  return [...ends, ...letters];
}

class Explanations {
  /** Whether anything was hurt that somebody may have had to wait for. */
  private readonly isAway: boolean;
  private readonly refusing: ReadonlySet<string>;
  private readonly cancelled: ReadonlySet<string | undefined>;
  /** Ingestions that a poison record named. */
  private readonly poisoned: ReadonlySet<string | undefined>;

  constructor({ faults, history, deadLetters }: Trouble) {
    const done = faults.filter(({ outcome }) => outcome !== 'left out');
    const held = new Set(
      allFaultKinds.filter(({ hurts }) => hurts !== 'log' && hurts !== 'cache').map(({ kind }) => kind),
    );
    this.isAway = done.some(({ kind }) => held.has(kind));
    this.refusing = new Set(done.filter(({ kind }) => kind === 'writer refuses').map(({ victim }) => victim));
    const cancels = history.filter(({ kind, result }) => kind === 'cancel' && result !== 'fail');
    this.cancelled = new Set(cancels.map(({ ingestionId }) => ingestionId));
    this.poisoned = new Set(deadLetters.filter(isPoison).map(({ headers }) => headers['ce_ingestionid']));
  }

  end({ ingestionId, error }: LedgerLine): boolean {
    if (this.poisoned.has(ingestionId)) return true;
    const { role = '', reason = '' } = error ?? {};
    if (role === 'cancel') return this.cancelled.has(ingestionId);
    return this.refusal(role, reason) || (this.isAway && tiring.has(reason));
  }

  letter(letter: SeenRecord): boolean {
    if (isPoison(letter)) return true;
    const { 'deadletter.stage': stage = '', 'deadletter.failure-reason': reason = '' } = letter.headers;
    if (letter.headers['deadletter.failure-type'] === 'TransientFailure') return this.isAway;
    return this.refusal(stage, reason);
  }

  private refusal(role: string, reason: string): boolean {
    if (reason === 'failure-drill') return this.refusing.has(role);
    return reason === 'write-deadline' && role.startsWith('writer-') && this.isAway;
  }
}

function isPoison({ headers }: SeenRecord): boolean {
  return headers['deadletter.failure-type'] === 'PoisonMessage';
}
