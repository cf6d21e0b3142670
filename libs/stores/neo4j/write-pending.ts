import type { DocumentEmbedded } from '#events';
import type { IngestionState, WriteOutcome } from '#stores/port';

import { writeMarkers, writeParts } from './cypher.js';
import { ingestionRow, pendingPartRow, type IngestionRow } from './mapping.js';
import type { Remembered } from './promotion.js';
import { lockAndRead } from './read-markers.js';
import type { Run } from './transaction.js';

/** Stores the parts that no tombstone refuses, and says what became of each. */
export async function writePendingIn(run: Run, parts: readonly DocumentEmbedded[]): Promise<WriteOutcome[]> {
  const ingestions = [...new Map(parts.map((part) => [part.ingestionId, ingestionRow(part)])).values()];
  const remembered = await lockAndRead(run, ingestions);
  const rows = ingestions.map((row) => ({ ...row, state: pendingState(row, remembered.get(row.ingestionId)) }));
  const states = new Map(rows.map(({ ingestionId, state }) => [ingestionId, state]));
  const created = rows.filter(({ ingestionId }) => remembered.get(ingestionId)?.state === undefined);
  const accepted = parts.filter(({ ingestionId }) => states.get(ingestionId) === 'pending');
  await Promise.all([
    run(writeMarkers, { ingestions: created }),
    run(writeParts, { parts: accepted.map(pendingPartRow) }),
  ]);
  return parts.map(({ ingestionId }) => states.get(ingestionId) ?? 'pending');
}

function pendingState({ version }: IngestionRow, remembered: Remembered | undefined): IngestionState {
  if (remembered?.state !== undefined) return remembered.state;
  return version <= (remembered?.retractedThrough ?? 0) ? 'retracted' : 'pending';
}
