import { documentKey } from '#events';
import { tombstoneAfter, type FoundIngestion, type Leftover, type Tombstone } from '#stores/auditor';
import { isNewer, type IngestionRef, type IngestionState } from '#stores/port';

import * as audit from './audit-cypher.js';
import { removeParts } from './cypher.js';
import { mendFacts } from './fact-statements.js';
import { ingestionRow, noTime, type IngestionRow } from './mapping.js';
import { markIngestions } from './mark-ingestions.js';
import { closeFacts, removal, settleGraph } from './promote.js';
import type { Remembered } from './promotion.js';
import { lockAndRead } from './read-markers.js';
import { lockGraph } from './spellings.js';
import type { Run } from './transaction.js';

/** Removes everything of an ingestion that ended; what does not say of which document it is goes without a marker. */
export async function discardIn(run: Run, { ingestionId, document }: FoundIngestion): Promise<void> {
  if (document === undefined) return removePieces(run, ingestionId);
  const row = ingestionRow({ ...document, ingestionId, version: 0 });
  const remembered = (await lockAndRead(run, [row])).get(ingestionId);
  if (remembered?.foreign === true) return;
  await removePieces(run, ingestionId);
  await take(run, row, tombstoneAfter(remembered?.state));
}

/** Takes an episode out of the graph so that it can be written and promoted anew; the document's node is the fence. */
export async function reopenIn(run: Run, ref: IngestionRef): Promise<boolean> {
  const row = ingestionRow(ref);
  const remembered = (await lockAndRead(run, [row])).get(ref.ingestionId);
  if (remembered !== undefined && isBarred(ref, remembered)) return false;
  await removePieces(run, ref.ingestionId);
  await take(run, row, 'pending');
  return true;
}

function isBarred(ref: IngestionRef, { foreign, liveIngestion, liveVersion, retractedThrough }: Remembered): boolean {
  if (foreign || retractedThrough >= ref.version) return true;
  return liveIngestion !== null && isNewer({ ingestionId: liveIngestion, version: liveVersion }, ref);
}

async function removePieces(run: Run, ingestionId: string): Promise<void> {
  const locked = await lockGraph(run, { removed: [ingestionId] });
  await Promise.all([
    ...removal(run, [ingestionId]),
    settleGraph(run, locked),
    run(removeParts, { ingestionIds: [ingestionId] }),
  ]);
}

async function take(run: Run, row: IngestionRow, state: IngestionState): Promise<void> {
  await markIngestions(run, [{ ...row, state }]);
  await run(audit.forgetLive, { key: row.key, ingestionId: row.ingestionId });
}

/** Facts first: an entity may hang on nothing but a fact that goes. What such a fact had ended is open again. */
export async function removeLeftoversIn(run: Run, leftovers: readonly Leftover[]): Promise<number> {
  const idsOf = (kind: Leftover['kind']) => leftovers.filter((one) => one.kind === kind).map(({ id }) => id);
  const [facts, entities] = [idsOf('fact'), idsOf('entity')];
  const ends = (await run(audit.lockFactEnds, { uuids: facts })).map(({ uuid }) => uuid as string);
  await run(audit.lockLoneEntities, { uuids: entities });
  const [mended] = await run(mendFacts, { uuids: facts, noTime });
  await closeFacts(run, ends);
  const [removed] = await run(audit.removeLoneEntities, { uuids: entities });
  return Number(mended?.['count'] ?? 0) + Number(removed?.['count'] ?? 0);
}

/** Takes families apart and joins them as when a document of theirs becomes live. */
export async function joinAnewIn(run: Run, families: readonly string[]): Promise<void> {
  if (families.length > 0) await settleGraph(run, await lockGraph(run, { families }));
}

export async function forgetIn(run: Run, tombstones: readonly Tombstone[], before: number): Promise<number> {
  const ingestionIds = tombstones.flatMap(({ ingestionId }) => ingestionId ?? []);
  const documents = tombstones.filter(({ ingestionId }) => ingestionId === undefined);
  const keys = documents.map(({ document }) => documentKey(document)).sort();
  const [gone] = await run(audit.forgetIngestions, { ingestionIds, before });
  const [idle] = await run(audit.forgetDocuments, { keys, before });
  return Number(gone?.['count'] ?? 0) + Number(idle?.['count'] ?? 0);
}
