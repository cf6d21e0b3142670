import type { Metrics } from '#telemetry';
import { monthStartMs, UsageReader, type SpentByStatus } from '#usage';

import type { Platform } from './platform.js';

/** Reports what models cost in this month (UTC) by what became of the work, as `penstock usage` tells it. */
export async function reportSpent({
  metrics,
  nowMs,
  pool,
}: Pick<Platform, 'metrics' | 'nowMs' | 'pool'>): Promise<void> {
  showSpent(metrics, await new UsageReader(pool, []).spentByStatus(monthStartMs(nowMs())));
}

/** Work may become something else, as live work superseded: what nothing was spent on any more is shown no more. */
export function showSpent({ modelSpentTokens, modelSpentUsd }: Metrics, spent: readonly SpentByStatus[]): void {
  for (const gauge of [modelSpentTokens, modelSpentUsd]) gauge.reset();
  for (const { status, tokens, usd } of spent) {
    modelSpentTokens.set({ status }, tokens);
    modelSpentUsd.set({ status }, usd);
  }
}
