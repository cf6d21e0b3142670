import { PermanentFailure } from '#failure';

import { nameOf, type Cell } from './cells.js';
import type { CellDocument } from './documents.js';
import type { Suffering } from './suffer.js';
import { until } from './until.js';
import type { FaultWorld } from './world.js';

const keepMs = 120_000;

const selectOpen = `
SELECT namespace || '/' || document_id AS key, id FROM penstock.dead_letters
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
}

function lettersOf({ contents }: FaultWorld, documents: readonly CellDocument[]): Promise<OpenLetter[]> {
  return contents.sql<OpenLetter>(selectOpen, [documents.map(({ namespace }) => namespace)]);
}

/** An open letter of each document that has one, by the document's key. */
export async function openLetters(
  world: FaultWorld,
  documents: readonly CellDocument[],
): Promise<ReadonlyMap<string, string>> {
  return new Map((await lettersOf(world, documents)).map(({ key, id }) => [key, id]));
}

/** Whether an open letter of each document is kept. */
export async function areKept(world: FaultWorld, documents: readonly CellDocument[]): Promise<boolean> {
  const open = await openLetters(world, documents);
  return documents.every(({ key }) => open.has(key));
}

/** Letters of these cells are replayed once they are kept, as by somebody who has mended what was wrong. */
export function leavesLetters({ role, fault }: Cell): boolean {
  return role === 'dead-letters' || (role === 'janitor' && fault === 'permanent');
}

/**
 * How many ingestions the replay begins, and why it is refused; what the janitor gave up is only said again. An event
 * that the relay published twice has a letter of each place in the log: after the first, the others are of an older
 * version.
 */
function comesTo({ role, operation }: Cell, letters: number): string {
  if (role === 'janitor') return '0 ';
  const [begun, refused] = operation === 'delete' ? [0, letters] : [1, letters - 1];
  return `${begun} ${Array<string>(refused).fill('newer-version').join(' ')}`;
}

/** @param asked learns which ingestions came of it. */
export async function replayLetters(
  { world, client, documents, trouble }: Suffering,
  asked: Map<string, string>,
): Promise<void> {
  const left = documents.filter(({ cell }) => leavesLetters(cell));
  world.disarm();
  await until('letters to be kept', () => areKept(world, left), keepMs).catch((error: Error) =>
    trouble.push(error.message),
  );
  const letters = Map.groupBy(await lettersOf(world, left), ({ key }) => key);
  for (const { cell, namespace, documentId, key } of left) {
    const { ingestionIds, refused } = await client.replay(namespace, documentId, asked.get(key) ?? '');
    const wanted = comesTo(cell, letters.get(key)?.length ?? 1);
    const found = `${ingestionIds.length} ${refused.join(' ')}`;
    if (found !== wanted) trouble.push(`I12 ${nameOf(cell)}: a replay made ${found}, not ${wanted}`);
    if (ingestionIds[0] !== undefined) asked.set(key, ingestionIds[0]);
  }
}
