import type { LogReading } from '../checker/index.js';
import type { Coverage } from './coverage.js';
import type { World } from './world.js';

/** Notes which ends a schedule came to. */
export function noteOutcomes(world: World, log: LogReading, coverage: Coverage): void {
  for (const { document, version, decision, decidedAt } of log.ingestions.values()) {
    if (decision === 'live') {
      coverage.note('live');
      const retracted = log.retractedThrough.get(document);
      if (retracted !== undefined && version > retracted) coverage.note('re-created');
    } else if (decision === 'abort') {
      coverage.note('abort');
      if (world.log[decidedAt]?.type === 'DocumentRetracted') coverage.note('retracted');
    }
  }
  const first = new Set<string>();
  world.log.forEach(({ type, payload }, i) => {
    const id = payload.ingestionId ?? '';
    const fresh = !first.has(id) && first.add(id) !== undefined;
    if (type !== 'CompensationRequested') return;
    if (fresh) coverage.note('empty-rollback');
    const { decision, decidedAt } = log.ingestions.get(id) ?? { decision: 'open', decidedAt: 0 };
    if (decision === 'live' && decidedAt < i) coverage.note('late-compensation');
    if (payload.requestedBy.startsWith('writer-') && payload.reason === 'store-refused') coverage.note('refused');
  });
  for (const { type, payload } of world.outcomes) {
    if (type === 'StoreCompensated' && payload.outcome === 'superseded') coverage.note('superseded');
    if (type === 'StoreRetracted' && payload.removed.length > 0) coverage.note('retracted');
    if (type === 'StorePromoted' && payload.replaced.length > 0) coverage.note('replaced');
  }
}
