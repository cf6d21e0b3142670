import type { Driver } from 'neo4j-driver';

import { documentKey } from '#events';
import {
  entityLine,
  episodeLine,
  factLine,
  HoldingsTally,
  type DocumentHoldings,
  type DocumentQuestion,
} from '#stores/auditor';
import type { IngestionState } from '#stores/port';

import * as cypher from './audit-cypher.js';
import { streamRows, type Row } from './stream-rows.js';

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
  const tally = new HoldingsTally();
  const of = ({ key, ingestionId }: Row) => tally.of(String(key), String(ingestionId));
  for await (const { key, liveIngestion } of rows(cypher.liveIngestions)) {
    if (typeof liveIngestion === 'string') tally.markLive(String(key), liveIngestion);
  }
  for await (const row of rows(cypher.ingestionMarkers)) of(row).state = row['state'] as IngestionState;
  for await (const row of rows(cypher.episodesOf)) {
    const { name, sourceDescription } = row;
    const words = { name: String(name), sourceDescription: String(sourceDescription) };
    of(row).visible.add('documents', episodeLine(words));
  }
  for await (const row of rows(cypher.mentionedEntities)) {
    of(row).visible.add('entities', entityLineOf(row));
  }
  for await (const row of rows(cypher.statedFacts)) of(row).visible.add('facts', lineOf(row));
  const ingestionIds = [...new Set([...tally.ingestionIds(), ...asked.flatMap(({ ids }) => ids)])];
  for await (const row of streamRows(driver, cypher.pendingPartsOf, { ingestionIds }, signal)) {
    const key = documentKey({ namespace: String(row['namespace']), documentId: String(row['documentId']) });
    of({ ...row, key }).hidden.add('parts');
  }
  return tally.holdings(documents);
}

function entityLineOf({ uuid, type, name, claims }: Row): string {
  const said = new Set(((claims ?? []) as string[]).filter((claim) => claim !== ''));
  return entityLine(String(uuid), String(type), String(name), [...said].sort());
}

function lineOf({ uuid, sourceUuid, targetUuid, relation, fact }: Row): string {
  const ends = { sourceUuid: String(sourceUuid), targetUuid: String(targetUuid) };
  return factLine({ uuid: String(uuid), ...ends, relation: String(relation), fact: String(fact) });
}
