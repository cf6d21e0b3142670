import type { CellDocument } from './documents.js';
import { areKept, openLetters, refuseByStager } from './replay-letters.js';
import { requestOf, type PatientRequest } from './requests.js';
import type { Suffering } from './suffer.js';
import { until } from './until.js';
import type { FaultWorld } from './world.js';

const keepMs = 180_000;

/** What an API under test is asked, and what it had been asked before. */
export interface AskedApi {
  readonly request: PatientRequest;
  /** Ingestions and retractions of the document before that. */
  readonly before: ReadonlySet<string>;
}

/** Sends the request of each document, twice at once where it is delivered twice; nobody waits for the answers. */
export async function askApi({ world, client, documents, requests }: Suffering): Promise<void> {
  const uploaded = await refuseUploads({ world, client }, documents);
  const letters = await openLetters(world, documents, uploaded);
  const rows = await world.contents.ledger(documents.map(({ namespace }) => namespace));
  for (const one of documents) {
    const request = requestOf(one, letters.get(one.key), client.history);
    const own = rows.filter(({ document }) => document === one.key);
    requests.set(one.key, { request, before: new Set(own.map(({ ingestionId }) => ingestionId)) });
    for (let i = one.cell.delivery === 'twice' ? 2 : 1; i > 0; i -= 1) request.send(addressOf(world));
  }
}

/** The same once more, at the process that is there now: clients wait for nobody who stands still. */
export function askAgain({ world, requests }: Suffering): void {
  for (const { request } of requests.values()) request.send(addressOf(world));
}

/** @param asked learns which ingestion, or retraction, each document is to come to the end of. */
export async function hearApi({ world, requests }: Suffering, asked: Map<string, string>): Promise<void> {
  await Promise.all([...requests.values()].map(({ request }) => request.untilHeard(() => addressOf(world))));
  for (const [key, { request }] of requests) {
    const promised = request.promised.at(-1);
    if (promised !== undefined) asked.set(key, promised.ingestionId);
  }
}

function addressOf(world: FaultWorld): string {
  return world.process('api').address;
}

/** What is replayed has been refused before. @returns the ingestions of it, by the keys of their documents. */
async function refuseUploads(
  { world, client }: Pick<Suffering, 'world' | 'client'>,
  documents: readonly CellDocument[],
): Promise<ReadonlyMap<string, string>> {
  const uploaded = new Map<string, string>();
  const refused = documents.filter(({ cell }) => cell.operation === 'replay');
  for (const one of refused) {
    refuseByStager(world, one.key);
    uploaded.set(one.key, await client.upload(one));
  }
  const areOver = async (): Promise<boolean> => {
    const rows = await world.contents.ledger(refused.map(({ namespace }) => namespace));
    return rows.every(({ concluded }) => concluded) && (await areKept(world, refused, uploaded));
  };
  await until('letters of uploads to be kept', areOver, keepMs);
  for (const { key } of refused) world.refusals.delete(`stager ${key}`);
  return uploaded;
}
