import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { topics, type DocumentStaged } from '#events';

import { PartitionStage, type PartitionHandler, type PartitionResult, type ReceivedEvent } from './contract.js';
import { CuttableSockets } from './cut-sockets.contract.js';
import { fetchLag } from './fetch-lag.js';
import {
  aName,
  aRole,
  aStagedDocument,
  brokers,
  committed,
  log,
  parsed,
  prepareBroker,
  stage,
  until,
  type Rig,
} from './real-broker.contract.js';
import { recordsOf, running, stopAll, TestStage } from './test-stage.contract.js';

const documents = (namespace: string, count: number): DocumentStaged[] =>
  Array.from({ length: count }, (_, i) => aStagedDocument(namespace, `d${i}`));

const idsOf = (handler: TestStage): string[] => handler.handled.map(({ documentId }) => documentId);

/** Holds back every event of its namespace and remembers which offsets its partitions were opened and fed with. */
class HoldingStage extends PartitionStage {
  readonly fed: { handler: number; offset: bigint }[] = [];
  private opened = 0;
  hold = true;

  constructor(private readonly namespace: string) {
    super();
  }

  open(): PartitionHandler {
    const handler = this.opened++;
    let first: bigint | undefined;
    return {
      handle: (batch: readonly ReceivedEvent[]): Promise<PartitionResult> => {
        const ours = batch.filter(({ payload }) => payload.namespace === this.namespace);
        for (const { offset } of ours) this.fed.push({ handler, offset });
        first ??= ours[0]?.offset;
        return Promise.resolve(
          this.hold && first !== undefined ? { emissions: [], lowWater: first } : { emissions: [] },
        );
      },
    };
  }
}

async function restarts(rig: Rig): Promise<number> {
  return (await rig.metrics.consumerRestarts.get()).values.reduce((sum, { value }) => sum + value, 0);
}

describe('assignment', () => {
  beforeAll(prepareBroker);

  afterEach(stopAll);

  it('hands out again what a killed consumer had in hand, and drops its late result', async () => {
    const namespace = aName('kill');
    const role = aRole();
    const gate = Promise.withResolvers<void>();
    const sockets = new CuttableSockets();
    let begun = false;
    const first = new TestStage(namespace, async (document) => {
      begun = true;
      await gate.promise;
      return [{ ...parsed(document), title: 'late' }];
    });
    const dying = await running(role, first, { socketFactory: sockets.factory });
    await stage(aStagedDocument(namespace, 'd'));
    await until('the first has it in hand', () => begun);

    sockets.cut();
    const second = new TestStage(namespace);
    await running(role, second);
    await until('the second handles it', () => idsOf(second).includes('d'));
    await until('it is published', async () => (await recordsOf(topics.parsed.name, namespace)).length > 0);
    await until('the first knows', () => dying.consumer.state().status === 'recovering');
    gate.resolve();
    await until('the first is through', () => idsOf(first).includes('d'));
    await stage(aStagedDocument(namespace, 'next'));
    await until('the next one is published', async () => (await recordsOf(topics.parsed.name, namespace)).length > 1);

    expect((await recordsOf(topics.parsed.name, namespace)).map(({ key }) => key).sort()).toEqual([
      `${namespace}/d`,
      `${namespace}/next`,
    ]);
  });

  it('commits no further than the low-water mark and reads on from there with a fresh handler', async () => {
    const namespace = aName('water');
    const role = aRole();
    const holding = new HoldingStage(namespace);
    const rig = await running(role, holding);
    await stage(...Array.from({ length: 5 }, (_, i) => aStagedDocument(namespace, 'd', i + 1)));
    await until('all are fed', () => holding.fed.length === 5);
    const offsets = holding.fed.map(({ offset }) => offset);
    await rig.stop();

    const again = new HoldingStage(namespace);
    again.hold = false;
    await running(role, again);
    await until('all are fed again', () => again.fed.length === 5);
    expect(again.fed.map(({ offset }) => offset)).toEqual(offsets);
    await until('nothing lags', async () => {
      const lags = (await fetchLag({ brokers, log })).filter(({ group }) => group === `penstock.${role.role}`);
      return lags.length > 0 && lags.every(({ lag }) => lag === 0);
    });
  });

  it('loses nothing when instances come and go, and drops results of partitions it lost', async () => {
    const namespace = aName('rebalance');
    const role = aRole();
    const one = new TestStage(namespace);
    const two = new TestStage(namespace);
    const three = new TestStage(namespace);
    const sent = documents(namespace, 300);

    await running(role, one);
    await stage(...sent.slice(0, 100));
    const second = await running(role, two);
    await stage(...sent.slice(100, 200));
    await running(role, three);
    await second.stop();
    await stage(...sent.slice(200));

    const all = (): Set<string> => new Set([one, two, three].flatMap(idsOf));
    await until('all are handled', () => all().size === 300);
    const published = async (): Promise<Set<string | undefined>> =>
      new Set((await recordsOf(topics.parsed.name, namespace)).map(({ key }) => key));
    await until('all are published', async () => (await published()).size === 300);
    expect(idsOf(three).length).toBeGreaterThan(0);
  });

  it('finishes and commits what is in hand when it is stopped', async () => {
    const namespace = aName('graceful');
    const role = aRole();
    const gate = Promise.withResolvers<void>();
    const handler = new TestStage(namespace, async (document) => {
      await gate.promise;
      return [parsed(document)];
    });
    let partition = -1;
    const begun = Promise.withResolvers<void>();
    const noting = new TestStage(namespace, (document, context) => {
      partition = context.event.partition;
      begun.resolve();
      return handler.handle(document, context);
    });
    const rig = await running(role, noting);
    await until('earlier records are committed', async () => (await committed(role, topics.staged.name, 0)) >= 0);
    await stage(aStagedDocument(namespace, 'd'));
    await begun.promise;

    const stopped = rig.stop();
    gate.resolve();
    await stopped;

    expect((await recordsOf(topics.parsed.name, namespace)).map(({ key }) => key)).toEqual([`${namespace}/d`]);
    const [original] = await recordsOf(topics.staged.name, namespace);
    expect(await committed(role, topics.staged.name, partition)).toBe(Number(original?.offset) + 1);
    expect(rig.consumer.state().status).toBe('stopped');
  });

  it('makes a new consumer when the old one crashed, and goes on', async () => {
    const namespace = aName('crash');
    const sockets = new CuttableSockets();
    const handler = new TestStage(namespace);
    const rig = await running(aRole(), handler, { socketFactory: sockets.factory });
    await stage(aStagedDocument(namespace, 'before'));
    await until('it runs', () => idsOf(handler).includes('before'));

    sockets.cut();
    await until('it crashed', async () => (await restarts(rig)) > 0);
    expect(rig.consumer.state().status).toBe('recovering');
    sockets.mend();
    await stage(aStagedDocument(namespace, 'after'));

    await until('it runs again', () => idsOf(handler).includes('after'));
    expect(rig.consumer.state().status).toBe('running');
    expect(rig.fatal).toEqual([]);
  });
});
