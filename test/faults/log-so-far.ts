import { topics } from '#events';

import { readSagaLog, type LedgerLine, type LogReading, type Observed, type Operation } from '../checker/index.js';
import { decodeRecords, type DecodedRecord } from '../chaos/decode-records.js';
import { lookAtStores } from '../chaos/look.js';
import { readTopics, topicEnds, topicNames, type LogEnds, type SeenRecord } from '../chaos/read-topics.js';
import type { Client } from './client.js';
import { isChild } from './expect-children.js';
import { keptLetters, type KeptLetter } from './kept-letters.js';
import type { FaultWorld } from './world.js';

/** Everything there is to see of some namespaces once nothing is under way. */
export interface Looked {
  readonly observed: Observed;
  readonly sagaLog: readonly DecodedRecord[];
  readonly log: LogReading;
  /** Of all topics but the dead letters. */
  readonly records: readonly DecodedRecord[];
  /** Those that came since the last look: documents live on from wave to wave. */
  readonly deadLetters: readonly SeenRecord[];
  /** Those of all waves. */
  readonly lettersSoFar: readonly SeenRecord[];
  /** What the table of dead letters holds of them. */
  readonly kept: readonly KeptLetter[];
}

/** Nobody asks for what came out of a document: it was promised with that. */
function followed(ledger: readonly LedgerLine[]): Operation[] {
  return ledger.filter(isChild).map(({ document, kind, ingestionId, version }) => {
    const [namespace = '', ...rest] = document.split('/');
    const named = { namespace, documentId: rest.join('/'), ingestionId, version };
    return { kind: kind === 'retraction' ? 'delete' : 'put', content: '', result: 'ok', ...named };
  });
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
    return new LogSoFar(world, await topicEnds(world.addresses.kafka, topicNames));
  }

  async look(namespaces: readonly string[], { history }: Client): Promise<Looked> {
    const known = this.letters.length;
    await this.readOn();
    const own = new Set(namespaces);
    const isOwn = ({ payload }: DecodedRecord): boolean => own.has((payload as { namespace: string }).namespace);
    const records = this.records.filter(isOwn);
    const sagaLog = records.filter(({ topic }) => topic === topics.saga.name);
    const stores = await lookAtStores(this.world, namespaces);
    const observed: Observed = {
      ...stores,
      sagaLog,
      outcomes: records.filter(({ topic }) => topic === topics.outcomes.name),
      history: [...history.filter(({ namespace }) => own.has(namespace)), ...followed(stores.ledger)],
      deadLetters: this.decodedLetters.filter(isOwn),
    };
    const lettersOf = (letters: readonly SeenRecord[]): SeenRecord[] =>
      letters.filter(({ key }) => own.has(key.split('/')[0] ?? ''));
    const [deadLetters, lettersSoFar] = [lettersOf(this.letters.slice(known)), lettersOf(this.letters)];
    const kept = await keptLetters(this.world.contents, namespaces);
    return { observed, sagaLog, log: readSagaLog(sagaLog), records, deadLetters, lettersSoFar, kept };
  }

  private async readOn(): Promise<void> {
    const { kafka, registry } = this.world.addresses;
    const from = this.ends;
    this.ends = await topicEnds(kafka, topicNames);
    const seen = await readTopics(kafka, topicNames, from, this.ends);
    const letters = seen.filter(({ topic }) => topic === topics.deadLetter.name);
    this.letters.push(...letters);
    this.decodedLetters.push(...(await decodeRecords(registry, letters)));
    const others = seen.filter(({ topic }) => topic !== topics.deadLetter.name);
    this.records.push(...(await decodeRecords(registry, others)));
  }
}
