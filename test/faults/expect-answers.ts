import type { LedgerLine, LogRecord } from '../checker/index.js';
import { endOf, type Cell } from './cells.js';
import type { Promised } from './requests.js';

export interface Answered {
  readonly promised: readonly Promised[];
  readonly refusals: readonly string[];
}

/**
 * What was asked for, however often, was done once or was refused and not done at all: answers, ledger and log say so.
 * Nothing but a deletion may stand there twice, which has no idempotency key. Pure.
 * @param made what the ledger holds of the document since it was asked for.
 * @param records of the topics that tell of submissions and deletions.
 */
export function answerProblems(
  cell: Cell,
  { promised, refusals }: Answered,
  made: readonly Pick<LedgerLine, 'ingestionId' | 'kind'>[],
  records: readonly LogRecord[],
): string[] {
  const answers = new Set(promised.map(({ ingestionId }) => ingestionId));
  const ids = made.map(({ ingestionId }) => ingestionId);
  const bad: string[] = [];
  if (endOf(cell) === 'refused') {
    if (answers.size > 0) bad.push(`I6 ${answers.size} answers promise something`);
    if (made.length > 0) bad.push(`I6 it was refused, and the ledger holds ${ids.join(' ')}`);
    return bad;
  }
  if (refusals.length > 0) bad.push(`I5 it was refused: ${refusals.join(', ')}`);
  if (answers.size === 0) bad.push('I5 nobody heard of an end');
  if (cell.operation !== 'delete') {
    if (answers.size > 1) bad.push(`I17 answers name ${answers.size} ingestions`);
    if (made.length !== 1) bad.push(`I17 the ledger holds ${made.length} of one thing: ${ids.join(' ')}`);
  }
  const lost = [...answers].filter((id) => !ids.includes(id));
  bad.push(...lost.map((id) => `I5 ${id} was promised, and the ledger has never heard of it`));
  return [...bad, ...saidOnce(made, records)];
}

/** I11: each ingestion, and each retraction, was said once to those that are to act on it. Pure. */
export function saidOnce(
  rows: readonly Pick<LedgerLine, 'ingestionId' | 'kind'>[],
  records: readonly LogRecord[],
): string[] {
  return rows.flatMap(({ ingestionId, kind }) => {
    const wanted = kind === 'ingestion' ? 'DocumentSubmitted' : 'DocumentRetracted';
    const isOf = ({ type, payload }: LogRecord): boolean =>
      type === wanted && 'ingestionId' in payload && payload.ingestionId === ingestionId;
    const times = records.filter(isOf).length;
    return times === 1 ? [] : [`I11 ${wanted} of ${ingestionId} stands on the log ${times} times`];
  });
}
