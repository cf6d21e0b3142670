import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { topics } from '#events';

import { readSagaLog, type LogReading, type Observed } from '../checker/index.js';
import { decodeRecords, type DecodedRecord } from '../chaos/decode-records.js';
import { readTopics, topicEnds, type LogEnds, type SeenRecord } from '../chaos/read-topics.js';
import type { Client } from './client.js';
import type { FaultWorld } from './world.js';

const names = Object.values(topics).map(({ name }) => name);

/** Everything there is to see of some namespaces once nothing is under way. */
export interface Looked {
  readonly observed: Observed;
  readonly sagaLog: readonly DecodedRecord[];
  readonly log: LogReading;
  /** Those that came since the last look: documents live on from wave to wave. */
  readonly deadLetters: readonly SeenRecord[];
}

/** What all topics say since the run began; each record is read and decoded once. */
export class LogSoFar {
  private readonly records: DecodedRecord[] = [];
  private readonly letters: SeenRecord[] = [];
  private readonly decodedLetters: DecodedRecord[] = [];

  private constructor(
    private readonly world: FaultWorld,
    private ends: LogEnds,
  ) {}

  static async start(world: FaultWorld): Promise<LogSoFar> {
    return new LogSoFar(world, await topicEnds(world.addresses.kafka, names));
  }

  async look(namespaces: readonly string[], { history }: Client): Promise<Looked> {
    const known = this.letters.length;
    await this.readOn();
    const { contents, stagingFolder } = this.world;
    const own = new Set(namespaces);
    const isOwn = ({ payload }: DecodedRecord): boolean => own.has((payload as { namespace: string }).namespace);
    const records = this.records.filter(isOwn);
    const sagaLog = records.filter(({ topic }) => topic === topics.saga.name);
    const [neo4j, postgres, qdrant, redis] = await Promise.all([
      contents.neo4j(namespaces),
      contents.postgres(namespaces),
      contents.qdrantPoints(namespaces),
      contents.redisKeys(namespaces),
    ]);
    const ledger = await contents.ledger(namespaces);
    const references = ledger.flatMap(({ stagingRef }) => stagingRef ?? []);
    const observed: Observed = {
      ...{ stores: { neo4j, postgres, qdrant, redis }, graph: await contents.graph(namespaces), sagaLog, ledger },
      outcomes: records.filter(({ topic }) => topic === topics.outcomes.name),
      history: history.filter(({ namespace }) => own.has(namespace)),
      deadLetters: this.decodedLetters.filter(isOwn),
      staged: references.filter((ref) => existsSync(join(stagingFolder, ref))),
    };
    const deadLetters = this.letters.slice(known).filter(({ key }) => own.has(key.split('/')[0] ?? ''));
    return { observed, sagaLog, log: readSagaLog(sagaLog), deadLetters };
  }

  private async readOn(): Promise<void> {
    const { kafka, registry } = this.world.addresses;
    const from = this.ends;
    this.ends = await topicEnds(kafka, names);
    const seen = await readTopics(kafka, names, from, this.ends);
    const letters = seen.filter(({ topic }) => topic === topics.deadLetter.name);
    this.letters.push(...letters);
    this.decodedLetters.push(...(await decodeRecords(registry, letters)));
    const others = seen.filter(({ topic }) => topic !== topics.deadLetter.name);
    this.records.push(...(await decodeRecords(registry, others)));
  }
}
