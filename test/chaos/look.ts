import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { topics } from '#events';

import { readSagaLog, type LogReading, type Observed, type Operation } from '../checker/index.js';
import { decodeRecords, type DecodedRecord } from './decode-records.js';
import { readTopics, topicNames, type LogEnds, type SeenRecord } from './read-topics.js';
import type { World } from './world.js';

/** Everything there is to see of a trial once nothing is under way. */
export interface Looked {
  readonly observed: Observed;
  readonly sagaLog: readonly DecodedRecord[];
  readonly log: LogReading;
  /** All records of the trial that could be decoded, whatever their topic. */
  readonly records: readonly DecodedRecord[];
  readonly deadLetters: readonly SeenRecord[];
}

/** Which part of the log is a trial's, and what its clients were told. */
export interface Trial {
  readonly namespaces: readonly string[];
  readonly began: LogEnds;
  readonly history: readonly Operation[];
}

export async function look(
  world: Pick<World, 'addresses' | 'contents' | 'stagingFolder'>,
  trial: Trial,
): Promise<Looked> {
  const { namespaces, began, history } = trial;
  const { addresses } = world;
  const seen = await readTopics(addresses.kafka, topicNames, began);
  const [deadLetters, others] = partition(seen, ({ topic }) => topic === topics.deadLetter.name);
  const decoded = await decodeRecords(addresses.registry, others);
  const records = decoded.filter(({ payload }) => namespaces.includes((payload as { namespace: string }).namespace));
  const sagaLog = records.filter(({ topic }) => topic === topics.saga.name);
  const observed: Observed = {
    ...(await lookAtStores(world, namespaces)),
    sagaLog,
    outcomes: records.filter(({ topic }) => topic === topics.outcomes.name),
    history,
    deadLetters: await lettersOfOurs(addresses.registry, deadLetters),
  };
  return { observed, sagaLog, log: readSagaLog(sagaLog), records, deadLetters };
}

/** What lies in the four stores, in the ledger and in staging. */
export async function lookAtStores(
  { contents, stagingFolder }: Pick<World, 'contents' | 'stagingFolder'>,
  namespaces: readonly string[],
): Promise<Required<Pick<Observed, 'stores' | 'graph' | 'ledger' | 'staged'>>> {
  const [neo4j, postgres, qdrant, redis] = await Promise.all([
    contents.neo4j(namespaces),
    contents.postgres(namespaces),
    contents.qdrantPoints(namespaces),
    contents.redisKeys(namespaces),
  ]);
  const ledger = await contents.ledger(namespaces);
  const references = ledger.flatMap(({ stagingRef }) => stagingRef ?? []);
  return {
    stores: { neo4j, postgres, qdrant, redis },
    graph: await contents.graph(namespaces),
    ledger,
    staged: references.filter((ref) => existsSync(join(stagingFolder, ref))),
  };
}

/** Letters whose bytes are whole: documents that a store refused, or that came under a wrong key. */
async function lettersOfOurs(registry: string, letters: readonly SeenRecord[]): Promise<DecodedRecord[]> {
  return decodeRecords(
    registry,
    letters.filter(({ headers }) => headers['deadletter.failure-type'] !== 'PoisonMessage'),
  );
}

function partition<T>(list: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [list.filter(test), list.filter((one) => !test(one))];
}
