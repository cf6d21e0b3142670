import type { RetractionRef, RetractResult } from '#stores/port';

import * as cypher from './cypher.js';
import { documentRow, documentsToLock } from './mapping.js';
import { removal, settleGraph } from './promote.js';
import { lockGraph } from './spellings.js';
import type { Run } from './transaction.js';

/** Removes every version up to the given one and remembers that none of them may come back. */
export async function retractIn(run: Run, refs: readonly RetractionRef[]): Promise<RetractResult[]> {
  const documents = refs.map((ref) => ({ ...documentRow(ref), version: ref.version }));
  const [, found] = await Promise.all([
    run(cypher.lockDocuments, { documents: documentsToLock(documents) }),
    run(cypher.findRetracted, { documents }),
  ]);
  const removed = found.map(({ ingestionId }) => ingestionId as string);
  const locked = await lockGraph(run, { removed });
  await Promise.all([
    ...removal(run, removed),
    settleGraph(run, locked),
    run(cypher.removeParts, { ingestionIds: removed }),
    run(cypher.markStates, { states: removed.map((ingestionId) => ({ ingestionId, state: 'retracted' })) }),
    run(cypher.markRetracted, { documents }),
  ]);
  return documents.map(({ key }) => ({
    removed: found.filter((row) => row['key'] === key).map((row) => row['ingestionId'] as string),
  }));
}
