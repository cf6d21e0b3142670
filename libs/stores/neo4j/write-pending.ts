import { documentKey, type DocumentEmbedded } from '#events';
import { PermanentFailure } from '#failure';
import type { IngestionState, WriteOutcome } from '#stores/port';

import { writeParts } from './cypher.js';
import { ingestionRow, pendingPartRow, type IngestionRow } from './mapping.js';
import { markIngestions } from './mark-ingestions.js';
import type { Remembered } from './promotion.js';
import { lockAndRead } from './read-markers.js';
import type { Run } from './transaction.js';

/** Stores the parts that no tombstone refuses, and says what became of each. */
export async function writePendingIn(run: Run, parts: readonly DocumentEmbedded[]): Promise<WriteOutcome[]> {
  const ingestions = [...new Map(parts.map((part) => [part.ingestionId, ingestionRow(part)])).values()];
  const remembered = await lockAndRead(run, ingestions);
  requireOwned(parts, ingestions, remembered);
  const rows = ingestions.map((row) => ({ ...row, state: pendingState(row, remembered.get(row.ingestionId)) }));
  const states = new Map(rows.map(({ ingestionId, state }) => [ingestionId, state]));
  const created = rows.filter(({ ingestionId }) => remembered.get(ingestionId)?.state === undefined);
  const accepted = parts.filter(({ ingestionId }) => states.get(ingestionId) === 'pending');
  await Promise.all([markIngestions(run, created), run(writeParts, { parts: accepted.map(pendingPartRow) })]);
  return parts.map(({ ingestionId }) => states.get(ingestionId) ?? 'pending');
}

/** @throws PermanentFailure if an ingestionId belongs to another document, or is used for two of the batch. */
function requireOwned(
  parts: readonly DocumentEmbedded[],
  ingestions: readonly IngestionRow[],
  remembered: ReadonlyMap<string, Remembered>,
): void {
  const keys = new Map(ingestions.map(({ ingestionId, key }) => [ingestionId, key]));
  const taken = parts.find(
    (part) => remembered.get(part.ingestionId)?.foreign === true || keys.get(part.ingestionId) !== documentKey(part),
  );
  if (taken === undefined) return;
  const message = `ingestion ${taken.ingestionId} stands for another document`;
  throw new PermanentFailure(message, { reason: 'ingestion-id-taken' });
}

function pendingState({ version }: IngestionRow, remembered: Remembered | undefined): IngestionState {
  if (remembered?.state !== undefined) return remembered.state;
  return version <= (remembered?.retractedThrough ?? 0) ? 'retracted' : 'pending';
}
