import type { Driver } from 'neo4j-driver';

import { documentKey } from '#events';
import { factLine, PieceTally, type DocumentHoldings, type DocumentQuestion, type Holding } from '#stores/auditor';
import type { IngestionState } from '#stores/port';

import * as cypher from './audit-cypher.js';
import { streamRows, type Row } from './stream-rows.js';

/** What is known of one ingestion while the answers come in. */
interface Held {
  readonly key: string;
  readonly ingestionId: string;
  state: IngestionState | undefined;
  readonly visible: PieceTally;
  readonly hidden: PieceTally;
}

/** What the graph and its bookkeeping hold of documents; rows are counted as they come and not kept. */
export async function inspectDocuments(
  driver: Driver,
  documents: readonly DocumentQuestion[],
  signal: AbortSignal,
): Promise<DocumentHoldings[]> {
  const asked = documents.map(({ namespace, documentId, ingestionIds }) => {
    const key = documentKey({ namespace, documentId });
    return { key, namespace, documentId, ids: [...ingestionIds] };
  });
  const rows = (question: string) => streamRows(driver, question, { documents: asked }, signal);
  const live = new Map<unknown, string | undefined>();
  const held = new Map<string, Held>();
  for await (const row of rows(cypher.liveIngestions)) {
    live.set(row['key'], (row['liveIngestion'] ?? undefined) as string | undefined);
  }
  for await (const row of rows(cypher.ingestionMarkers)) heldOf(held, row).state = row['state'] as IngestionState;
  for await (const row of rows(cypher.episodesOf)) heldOf(held, row).visible.add('documents');
  for await (const row of rows(cypher.mentionedEntities)) {
    heldOf(held, row).visible.add('entities', String(row['uuid']));
  }
  for await (const row of rows(cypher.statedFacts)) heldOf(held, row).visible.add('facts', lineOf(row));
  const ingestionIds = [
    ...new Set([...held.values()].map((one) => one.ingestionId).concat(asked.flatMap(({ ids }) => ids))),
  ];
  for await (const row of streamRows(driver, cypher.pendingPartsOf, { ingestionIds }, signal)) {
    const key = documentKey({ namespace: String(row['namespace']), documentId: String(row['documentId']) });
    heldOf(held, { ...row, key }).hidden.add('parts');
  }
  const byDocument = Map.groupBy(held.values(), ({ key }) => key);
  return asked.map(({ key, namespace, documentId }) => ({
    document: { namespace, documentId },
    liveIngestion: live.get(key),
    holdings: (byDocument.get(key) ?? []).map(holdingOf),
  }));
}

function lineOf({ uuid, sourceUuid, targetUuid, fact }: Row): string {
  return factLine(String(uuid), String(sourceUuid), String(targetUuid), String(fact));
}

function heldOf(held: Map<string, Held>, { key, ingestionId }: Row): Held {
  const name = `${String(key)} ${String(ingestionId)}`;
  const known = held.get(name);
  if (known !== undefined) return known;
  const identity = { key: String(key), ingestionId: String(ingestionId), state: undefined };
  const added = { ...identity, visible: new PieceTally(), hidden: new PieceTally() };
  held.set(name, added);
  return added;
}

function holdingOf({ ingestionId, state, visible, hidden }: Held): Holding {
  return { ingestionId, state, visible: visible.pieces(), hidden: hidden.pieces() };
}
