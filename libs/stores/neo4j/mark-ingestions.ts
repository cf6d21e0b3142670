import { TransientFailure } from '#failure';
import type { IngestionState } from '#stores/port';

import { writeMarkers } from './cypher.js';
import type { IngestionRow } from './mapping.js';
import type { Run } from './transaction.js';

/**
 * Writes states on the markers of ingestions whose documents are locked. A lock on one document does not keep another
 * from taking the same ingestionId meanwhile; the marker itself does, and then this transaction has to look again.
 * @throws TransientFailure if the ingestionId was taken since the markers were read.
 */
export async function markIngestions(
  run: Run,
  ingestions: readonly (IngestionRow & { readonly state: IngestionState })[],
): Promise<void> {
  if (ingestions.length === 0) return;
  const [taken] = await run(writeMarkers, { ingestions });
  if (taken === undefined) return;
  const message = `neo4j: another document took ingestion ${String(taken['ingestionId'])} meanwhile`;
  throw new TransientFailure(message, { reason: 'marker-taken' });
}
