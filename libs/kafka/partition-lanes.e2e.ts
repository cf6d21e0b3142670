import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { topics } from '#events';

import {
  aName,
  aRole,
  aStagedDocument,
  committed,
  encoded,
  parsed,
  prepareBroker,
  send,
  until,
} from './real-broker.contract.js';
import { recordsOf, running, stopAll, TestStage } from './test-stage.contract.js';

class LanedStage extends TestStage {
  override readonly lanes = 3;
}

describe('a stage with lanes', () => {
  beforeAll(prepareBroker);

  afterEach(stopAll);

  it('publishes what lies behind a slow document, and commits nothing of it before that is done', async () => {
    const namespace = aName('lanes');
    const gate = Promise.withResolvers<void>();
    const handler = new LanedStage(namespace, async (document) => {
      if (document.documentId === 'slow') await gate.promise;
      return [parsed(document)];
    });
    const role = aRole();
    await running(role, handler);
    const names = ['slow', 'a', 'slow', 'b', 'a', 'c'];
    const sent = names.map((name, i) => aStagedDocument(namespace, name, i + 1));

    const inOnePartition = { partition: 0 };
    await send(
      topics.staged.name,
      ...sent.map((payload) => ({ ...encoded({ type: 'DocumentStaged', payload }), ...inOnePartition })),
    );
    await until('the others are said', async () => (await recordsOf(topics.parsed.name, namespace)).length === 4);
    const offsets = (await recordsOf(topics.staged.name, namespace)).map(({ offset }) => Number(offset));
    const position = (): Promise<number> => committed(role, topics.staged.name, 0);
    await until('all before the slow one is committed', async () => (await position()) === offsets[0]);
    expect(handler.handled.map(({ version }) => version)).toEqual([2, 4, 5, 6]);
    gate.resolve();

    await until('all is committed', async () => (await position()) === (offsets.at(-1) ?? 0) + 1);
    expect(handler.handled.slice(4).map(({ version }) => version)).toEqual([1, 3]);
  });
});
