import { PermanentFailure } from '#failure';

import { askAgain, askApi, hearApi, type AskedApi } from './ask-api.js';
import { isStage, isUndo, isWriter, nameOf, points, type Cell } from './cells.js';
import type { Client } from './client.js';
import { armsOf, asMail, copiedKeys, doublesOf, someText, type CellDocument } from './documents.js';
import { refuserFor } from './expect-letters.js';
import type { Wave } from './plan-waves.js';
import { areKept, leavesLetters, refuseByStager, replayLetters } from './replay-letters.js';
import { strike } from './strike.js';
import { until } from './until.js';
import type { FaultWorld } from './world.js';

const reachMs = 180_000;
const sayMs = 300_000;

/** One wave at the time of its faults. */
export interface Suffering {
  readonly world: FaultWorld;
  readonly wave: Wave;
  readonly client: Client;
  readonly documents: readonly CellDocument[];
  /** Where the API is under test: what it is asked, by the key of the document. */
  readonly requests: Map<string, AskedApi>;
  /** What went otherwise than planned, so that the cell says nothing. */
  readonly trouble: string[];
}

/**
 * Brings every document to its point, and strikes once all are there.
 * @returns the ingestion or retraction that met the fault, by the key of its document.
 */
export async function suffer(suffering: Suffering): Promise<Map<string, string>> {
  const { world, wave, documents } = suffering;
  const doubles = doublesOf(documents);
  const relay = wave.roles.includes('relay');
  // Rows have to wait for the relay, or it would take them one by one.
  if (relay) await world.end('relay');
  else await world.test(wave.roles, armsOf(documents), doubles);
  world.note('roles under test are armed');
  world.failpoints.arm([], doubles);
  const asked = new Map<string, string>();
  if (isApi(wave)) await askApi(suffering);
  else await Promise.all(documents.map(async (one) => asked.set(one.key, await ask(suffering, one))));
  // What a deletion overtakes below is what has letters all the same.
  const failed = new Map(asked);
  if (relay) {
    await copyRows(world, documents);
    await world.test(['relay'], armsOf(documents), doubles);
  }
  for (const [now, later] of phases(suffering)) {
    await allReached(suffering, now);
    await overtake(suffering, asked);
    if (wave.roles.includes('janitor')) await world.sweep();
    const isTakenOver = takenOver(suffering, now, asked, failed);
    const meanwhile = (): void => askAgain(suffering);
    await strike(suffering, { now, later, doubles, isTakenOver, meanwhile });
  }
  if (isApi(wave)) await hearApi(suffering, asked);
  if (documents.some(({ cell }) => leavesLetters(cell))) await replayLetters(suffering, asked, failed);
  return asked;
}

function isApi({ roles }: Wave): boolean {
  return roles.includes('api');
}

/** Whether another process has done all that it can for the documents at their points. */
function takenOver(
  { world, wave, requests }: Suffering,
  documents: readonly CellDocument[],
  asked: ReadonlyMap<string, string>,
  failed: ReadonlyMap<string, string>,
): () => Promise<boolean> | boolean {
  if (isApi(wave)) return () => [...requests.values()].every(({ request }) => request.isHeard);
  if (documents.every(({ cell }) => cell.role === 'dead-letters')) return () => areKept(world, documents, failed);
  // Nothing tells that nothing more follows: it has as long as there is.
  if (wave.roles.includes('janitor')) return () => false;
  const wanted = new Set(documents.flatMap(({ key }) => asked.get(key) ?? []));
  const namespaces = documents.map(({ namespace }) => namespace);
  return async () =>
    (await world.contents.ledger(namespaces))
      .filter(({ ingestionId }) => wanted.has(ingestionId))
      .every(({ concluded }) => concluded);
}

/**
 * All points at once; but rows of the outbox stand in one line, so that the relay is struck at one point after the
 * other, each time with all rows in hand.
 */
function phases({ wave, documents }: Suffering): [CellDocument[], CellDocument[]][] {
  if (!wave.roles.includes('relay')) return [[[...documents], []]];
  return points.flatMap((point, i) => {
    const now = documents.filter(({ cell }) => cell.point === point);
    const later = documents.filter(({ cell }) => points.indexOf(cell.point) > i);
    return now.length === 0 ? [] : [[now, later] as [CellDocument[], CellDocument[]]];
  });
}

async function allReached({ world, trouble }: Suffering, documents: readonly CellDocument[]): Promise<void> {
  const isThere = ({ key, cell }: CellDocument): boolean => world.process(cell.role).reached.has(key);
  await until('all to be at their points', () => documents.every(isThere), reachMs).catch(() => {
    trouble.push(...documents.filter((one) => !isThere(one)).map(({ cell }) => `${nameOf(cell)} was never reached`));
  });
}

/** A stage never hears of a deletion: it is one that overtakes an update while the stage, or its letter, is held. */
async function overtake({ world, client, documents }: Suffering, asked: Map<string, string>): Promise<void> {
  const overtaken = documents.filter(({ cell }) => cell.operation === 'delete' && isOvertaken(cell));
  if (overtaken.length === 0) return;
  for (const { key, namespace, documentId } of overtaken) asked.set(key, await client.delete(namespace, documentId));
  const deletions = new Set(overtaken.map(({ key }) => asked.get(key)));
  const areOver = async (): Promise<boolean> => {
    const rows = await world.contents.ledger(overtaken.map(({ namespace }) => namespace));
    return rows.filter(({ ingestionId }) => deletions.has(ingestionId)).every(({ concluded }) => concluded);
  };
  await until('deletions to overtake', areOver, reachMs);
}

function isOvertaken({ role }: Cell): boolean {
  return isStage(role) || role === 'dead-letters';
}

async function ask(suffering: Suffering, one: CellDocument): Promise<string> {
  const { client, world } = suffering;
  const { cell, namespace, documentId } = one;
  const text = someText(namespace, 4, one.random);
  const sent = cell.role === 'janitor' ? asMail(namespace, text, one.random) : undefined;
  const put = (): Promise<string> => client.put(namespace, documentId, text, sent);
  if (isUndo(cell) && isWriter(cell.role)) return askForUndo(suffering, one, put);
  if (cell.role === 'dead-letters') refuseByStager(world, one.key);
  if (cell.operation === 'delete' && !isOvertaken(cell)) return client.delete(namespace, documentId);
  return put();
}

/** What is undone has been written before: another writer waits for that, and then refuses, or lets a deletion pass. */
async function askForUndo(
  { world, client }: Suffering,
  one: CellDocument,
  put: () => Promise<string>,
): Promise<string> {
  const writer = one.cell.role.slice('writer-'.length);
  const refusal = `${refuserFor(one.cell.role).slice('writer-'.length)} ${one.key}`;
  if (one.cell.operation !== 'delete') {
    world.refusals.set(refusal, async () => {
      await storeSays(world, one, writer, 'written');
      throw new PermanentFailure('refused, so that the others undo', { reason: 'failpoint' });
    });
    return put();
  }
  world.refusals.set(refusal, () => storeSays(world, one, writer, 'retracted'));
  await put();
  await storeSays(world, one, writer, 'written');
  return client.delete(one.namespace, one.documentId);
}

function storeSays(world: FaultWorld, one: CellDocument, store: string, word: string): Promise<void> {
  const says = async (): Promise<boolean> => {
    const rows = await world.contents.sql(
      `SELECT FROM penstock.ingestions WHERE namespace = $1 AND document_id = $2 AND stores->>$3 = $4`,
      [one.namespace, one.documentId, store, word],
    );
    return rows.length > 0;
  };
  return until(`${store} to say ${word} of ${one.key}`, says, sayMs);
}

/** Each row of a document that is delivered twice stands twice in the outbox. */
async function copyRows(world: FaultWorld, documents: readonly CellDocument[]): Promise<void> {
  await world.contents.sql(
    `INSERT INTO penstock.outbox (event_id, topic, key, value, headers)
     SELECT event_id, topic, key, value, headers FROM penstock.outbox WHERE key = ANY($1) ORDER BY id`,
    [copiedKeys(documents)],
  );
}
