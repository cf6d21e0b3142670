import { setImmediate as turn } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { documentKey, topics, type DocumentStaged, type Emission, type EventPayloads } from '#events';
import { TransientFailure } from '#failure';
import { createLogger, Metrics } from '#telemetry';

import { StageHandler } from './contract.js';
import type { KafkaRecord } from './kafka-record.js';
import { PartitionLanes } from './partition-lanes.js';
import { PartitionQueue } from './partition-queue.js';
import { RecordPublisher } from './record-publisher.js';
import { StagePartitionHandler } from './stage-partition-handler.js';

const config = { sessionTimeoutMs: 1000, handlerDeadlineMs: 10_000, batchRecordsMax: 6, writeDeadlineMs: 10_000 };
const lanesCount = 3;
const document = (value: Buffer | null): DocumentStaged => JSON.parse(String(value)) as DocumentStaged;

/** Holds each version of a document until it is let go. */
class Gated extends StageHandler<'DocumentStaged', 'DocumentParsed'> {
  readonly started: string[] = [];
  readonly held = new Map<string, () => void>();

  async handle(staged: DocumentStaged): Promise<EventPayloads['DocumentParsed'][]> {
    const name = `${staged.documentId}${staged.version}`;
    this.started.push(name);
    await new Promise<void>((resolve) => this.held.set(name, resolve));
    this.held.delete(name);
    return [staged as unknown as EventPayloads['DocumentParsed']];
  }
}

class Log extends RecordPublisher {
  readonly said: string[] = [];

  override publish(emissions: readonly Emission[]): Promise<void> {
    this.said.push(...emissions.map(({ payload }) => `${payload.documentId}${payload.version ?? 0}`));
    return Promise.resolve();
  }

  override publishRaw(): Promise<void> {
    return Promise.resolve();
  }
}

/** A partition with three lanes; records lie there from offset 0. */
class Rig {
  readonly stage = new Gated();
  readonly publisher = new Log();
  readonly commits: bigint[] = [];
  readonly queue = new PartitionQueue({ records: 12, bytes: 1e6 });
  readonly lost = new AbortController();
  refusedCommits = 0;
  private offset = 0n;
  private readonly lanes: PartitionLanes;

  constructor() {
    const role = { role: 'parser', consumes: ['DocumentStaged'], produces: ['DocumentParsed'] } as const;
    const settings = { role: 'parser', produces: 'DocumentParsed', outputBytesMax: 1e6, sliceMs: 1000 } as const;
    const handler = new StagePartitionHandler(this.stage, { ...settings, ...config, graceMs: 1000 });
    const decode = (value: Buffer | null): Promise<Emission> =>
      Promise.resolve({ type: 'DocumentStaged', payload: document(value) });
    const nowMs = (): number => Date.now();
    const ports = {
      role,
      publisher: this.publisher,
      config,
      log: createLogger('silent'),
      metrics: new Metrics(),
      nowMs,
    };
    const nothing = (): void => undefined;
    const hooks = {
      ...{ topic: topics.staged.name, partition: 0, signal: this.lost.signal, committed: () => this.commits.at(-1) },
      ...{ commit: (offset: bigint) => this.commit(offset), drained: nothing, restart: nothing, fatal: nothing },
    };
    this.lanes = new PartitionLanes({ ...ports, codec: { decode } }, handler, this.queue, hooks, lanesCount);
  }

  /** Names are a document and its version: `a1`. */
  push(...names: readonly string[]): void {
    this.lanes.push(names.map((name) => this.record(name)));
  }

  finish(): Promise<void> {
    return this.lanes.finish();
  }

  async letGo(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.until(`${name} is worked on`, () => this.stage.held.has(name));
      this.stage.held.get(name)?.();
      await this.until(`${name} is said`, () => this.publisher.said.includes(name));
    }
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    for (let turns = 0; !holds(); turns += 1) {
      if (turns > 100_000) throw new Error(`it never came about that ${what}`);
      await turn();
    }
  }

  /** Long enough for whatever would happen by itself. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < 50; turns += 1) await turn();
  }

  private commit(offset: bigint): Promise<void> {
    if (this.refusedCommits > 0) {
      this.refusedCommits -= 1;
      return Promise.reject(new TransientFailure('the coordinator moves', { reason: 'coordinator' }));
    }
    this.commits.push(offset);
    return Promise.resolve();
  }

  private record(name: string): KafkaRecord {
    const payload = { namespace: 'acme', documentId: name.slice(0, 1), version: Number(name.slice(1)) };
    const [key, value] = [Buffer.from(documentKey(payload)), Buffer.from(JSON.stringify(payload))];
    const place = { topic: topics.staged.name, partition: 0, offset: this.offset };
    this.offset += 1n;
    return { ...place, key, value, headers: {}, timestampMs: 0 };
  }
}

const rigs: Rig[] = [];

function aRig(): Rig {
  const rig = new Rig();
  rigs.push(rig);
  return rig;
}

describe('a partition with lanes', () => {
  afterEach(() => rigs.splice(0).forEach(({ lost }) => lost.abort()));

  it('lets documents pass a slow one, and commits nothing beyond that until it is done', async () => {
    const rig = aRig();
    rig.push('a1', 's1', 'b1', 'c1');

    await rig.letGo('a1', 'c1', 'b1');
    rig.push('d1');
    await rig.letGo('d1');
    await rig.quiet();

    expect(rig.commits).toEqual([1n]);
    await rig.letGo('s1');
    await rig.until('all is committed', () => rig.commits.length === 2);
    expect(rig.commits).toEqual([1n, 5n]);
  });

  it('handles what one document has to say one after the other', async () => {
    const rig = aRig();
    rig.push('a1', 'a2', 'b1', 'a3');
    await rig.quiet();
    expect(rig.stage.started).toEqual(['a1', 'b1']);

    await rig.letGo('b1', 'a1', 'a2', 'a3');

    expect(rig.publisher.said).toEqual(['b1', 'a1', 'a2', 'a3']);
  });

  it('has as many in hand as it has lanes, and as many beside as a batch has', async () => {
    const rig = aRig();
    rig.push(...'abcdefghijkl'.split('').map((id) => `${id}1`));
    await rig.quiet();

    expect(rig.stage.started).toEqual(['a1', 'b1', 'c1']);
    expect(rig.queue.length).toBeGreaterThanOrEqual(12 - lanesCount - config.batchRecordsMax);
    await rig.letGo(...'abcdefghijkl'.split('').map((id) => `${id}1`));
    await rig.until('all is committed', () => rig.commits.at(-1) === 12n);
    expect(rig.queue.length).toBe(0);
  });

  it('goes on with other documents as soon as there is room for them', async () => {
    const rig = aRig();
    rig.push('a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'b1');
    await rig.quiet();
    expect(rig.stage.started).toEqual(['a1']);

    await rig.letGo('a1');
    await rig.quiet();

    expect(rig.stage.started.toSorted()).toEqual(['a1', 'a2', 'b1']);
  });

  it('tries a commit that fails again, and forgets nobody meanwhile', async () => {
    const rig = aRig();
    rig.refusedCommits = 1;
    rig.push('a1', 'a2');

    await rig.letGo('a1');
    await rig.until('it is committed', () => rig.commits.length > 0);
    await rig.letGo('a2');

    await rig.until('all is committed', () => rig.commits.length > 1);
    expect(rig.commits).toEqual([1n, 2n]);
  });

  it('starts nothing more once it is to finish, and commits what is done then', async () => {
    const rig = aRig();
    rig.push(...'abcdefghijkl'.split('').map((id) => `${id}1`));
    await rig.quiet();
    const queued = rig.queue.length;
    const finished = rig.finish();

    await rig.letGo('a1', 'b1', 'c1');
    await finished;

    expect(rig.stage.started).toEqual(['a1', 'b1', 'c1']);
    expect(rig.commits.at(-1)).toBe(3n);
    expect(rig.queue.length).toBe(queued);
  });

  it('says and commits nothing more once the partition is lost', async () => {
    const rig = aRig();
    rig.push('a1', 'b1', 'c1', 'd1');
    await rig.quiet();
    rig.lost.abort();

    for (const letGo of rig.stage.held.values()) letGo();
    await rig.quiet();

    expect(rig).toMatchObject({ commits: [], publisher: { said: [] }, stage: { started: ['a1', 'b1', 'c1'] } });
  });

  it('keeps the order of each document, and commits only what is said, whatever is done first', async () => {
    const ids = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 30 });
    const choices = fc.array(fc.nat(lanesCount - 1), { minLength: 30, maxLength: 30 });
    const property = fc.asyncProperty(ids, choices, async (documentIds, chosen) => {
      const rig = aRig();
      const names = documentIds.map(
        (id, i) => `${id}${documentIds.slice(0, i + 1).filter((one) => one === id).length}`,
      );
      rig.push(...names.slice(0, 10));
      rig.push(...names.slice(10));

      for (const choice of chosen.slice(0, names.length)) {
        await rig.until('something is in hand', () => rig.stage.held.size > 0);
        const held = [...rig.stage.held.keys()];
        await rig.letGo(held[choice % held.length] ?? '');
        const open = names.findIndex((name) => !rig.publisher.said.includes(name));
        expect(Number(rig.commits.at(-1) ?? 0n)).toBeLessThanOrEqual(open < 0 ? names.length : open);
      }

      await rig.until('all is committed', () => rig.commits.at(-1) === BigInt(names.length));
      for (const id of documentIds) {
        const versions = rig.publisher.said.filter((name) => name.startsWith(id)).map((name) => Number(name.slice(1)));
        expect(versions).toEqual(versions.map((_version, i) => i + 1));
      }
    });

    await fc.assert(property, { numRuns: 30 });
  });
});
