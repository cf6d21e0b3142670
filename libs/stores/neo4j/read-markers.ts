import { lockDocuments, readMarkers } from './cypher.js';
import { documentsToLock, type IngestionRow } from './mapping.js';
import type { Remembered } from './promotion.js';
import type { Run } from './transaction.js';

/** Locks the documents of the ingestions until the transaction ends, then says what is remembered of each ingestion. */
export async function lockAndRead(run: Run, ingestions: readonly IngestionRow[]): Promise<Map<string, Remembered>> {
  const [, rows] = await Promise.all([
    run(lockDocuments, { documents: documentsToLock(ingestions) }),
    run(readMarkers, { ingestions }),
  ]);
  return new Map(rows.map(({ ingestionId, ...remembered }) => [ingestionId as string, toRemembered(remembered)]));
}

function toRemembered(row: Record<string, unknown>): Remembered {
  const foreign = row['foreign'] === true;
  return {
    foreign,
    state: foreign ? 'compensated' : ((row['state'] ?? undefined) as Remembered['state']),
    liveVersion: row['liveVersion'] as number,
    liveIngestion: row['liveIngestion'] as string | null,
    retractedThrough: row['retractedThrough'] as number,
  };
}
