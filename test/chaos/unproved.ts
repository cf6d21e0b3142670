import type { TrialResult } from './trial.js';
import { sources, type Watched } from './watch.js';

/** What a trial has to show for itself beside what it found. */
export type Proof = Pick<TrialResult, 'faults' | 'operations' | 'looks' | 'unseen'>;

/** Why it means nothing that a trial found nothing. Pure. */
export function unproved({ faults, operations, looks, unseen }: Proof, wantsFaults: boolean): string[] {
  const isHurt = faults.some(({ outcome }) => outcome === 'done');
  return [
    ...(wantsFaults && !isHurt ? [`no fault was carried out, of ${faults.length} planned`] : []),
    ...(operations.ok === 0 ? ['nothing that clients asked for was accepted'] : []),
    ...(looks === 0 ? ['nobody looked'] : unseen.map((what) => `no look succeeded at ${what}`)),
  ].map((line) => `proves nothing: ${line}`);
}

/** What was never seen, with why: a service is down for some looks, and for all of them only if looking is broken. */
export function unseenBy({ looks, failures, statuses }: Pick<Watched, 'looks' | 'failures' | 'statuses'>): string[] {
  const why = (what: string): string => `${what}: ${failures.get(what)?.last ?? 'none was tried'}`;
  const blind = sources.filter((source) => (looks.get(source) ?? 0) === 0);
  return [...blind, ...(statuses.size === 0 ? ['statuses'] : [])].map(why);
}
