import { PermanentFailure } from '#failure';

import { nameOf, type Cell } from './cells.js';
import type { ReplayedLetters } from './client.js';
import type { CellDocument } from './documents.js';
import type { Suffering } from './suffer.js';
import { until } from './until.js';
import type { FaultWorld } from './world.js';

const keepMs = 120_000;

const selectOpen = `
SELECT namespace || '/' || document_id AS key, id, ingestion_id::text AS "ingestionId" FROM penstock.dead_letters
WHERE namespace = ANY($1) AND replayed_at IS NULL`;

/** From now on the stager, which is not under test, refuses a document for good. */
export function refuseByStager({ refusals }: FaultWorld, key: string): void {
  refusals.set(`stager ${key}`, () =>
    Promise.reject(new PermanentFailure('refused, so that there is a letter', { reason: 'failpoint' })),
  );
}

interface OpenLetter {
  readonly key: string;
  readonly id: string;
  readonly ingestionId: string | null;
}

function lettersOf({ contents }: FaultWorld, documents: readonly CellDocument[]): Promise<OpenLetter[]> {
  return contents.sql<OpenLetter>(selectOpen, [documents.map(({ namespace }) => namespace)]);
}

/**
 * An open letter of each document's ingestion that has one, by the document's key. Waves before may have left others.
 * @param failed the ingestions, by the keys of their documents.
 */
export async function openLetters(
  world: FaultWorld,
  documents: readonly CellDocument[],
  failed: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const own = (await lettersOf(world, documents)).filter(({ key, ingestionId }) => failed.get(key) === ingestionId);
  return new Map(own.map(({ key, id }) => [key, id]));
}

/** Whether an open letter of each document's ingestion is kept. */
export async function areKept(
  world: FaultWorld,
  documents: readonly CellDocument[],
  failed: ReadonlyMap<string, string>,
): Promise<boolean> {
  const open = await openLetters(world, documents, failed);
  return documents.every(({ key }) => open.has(key));
}

/** Letters of these cells are replayed once they are kept, as by somebody who has mended what was wrong. */
export function leavesLetters({ role, fault }: Cell): boolean {
  return role === 'dead-letters' || (role === 'janitor' && fault === 'permanent');
}

/** What was given up in a wave before is of an older version, and perhaps of many parts of which one letter has one. */
const older = ['newer-version', 'not-whole'];

/** What is wrong with a replay, if anything: what the janitor gave up is only said again, and no older version is. */
function problemOf({ role, operation }: Cell, letters: number, { ingestionIds, refused }: ReplayedLetters): string {
  const begun = role === 'janitor' || operation === 'delete' ? 0 : 1;
  const left = role === 'janitor' ? 0 : letters - begun;
  const isRight = ingestionIds.length === begun && refused.length === left;
  const isOlder = refused.every((reason) => older.includes(reason));
  const isLast = operation !== 'delete' || role === 'janitor' || refused.includes('newer-version');
  if (isRight && isOlder && isLast) return '';
  return `a replay of ${letters} letters made ${ingestionIds.length} and refused ${refused.join(' ')}`;
}

/**
 * @param asked learns which ingestions came of it.
 * @param failed those that have letters.
 */
export async function replayLetters(
  { world, client, documents, trouble }: Suffering,
  asked: Map<string, string>,
  failed: ReadonlyMap<string, string>,
): Promise<void> {
  const left = documents.filter(({ cell }) => leavesLetters(cell));
  world.disarm();
  await until('letters to be kept', () => areKept(world, left, failed), keepMs).catch((error: Error) =>
    trouble.push(error.message),
  );
  const letters = Map.groupBy(await lettersOf(world, left), ({ key }) => key);
  for (const { cell, namespace, documentId, key } of left) {
    const replayed = await client.replay(namespace, documentId, failed.get(key) ?? '');
    const problem = problemOf(cell, letters.get(key)?.length ?? 1, replayed);
    if (problem !== '') trouble.push(`I12 ${nameOf(cell)}: ${problem}`);
    const [begun] = replayed.ingestionIds;
    if (begun !== undefined) asked.set(key, begun);
  }
}
