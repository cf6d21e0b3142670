import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { roleNames } from '../../apps/roles.js';
import { eventually } from '../e2e/eventually.js';
import { aNamespace } from '../e2e/penstock-under-test.js';
import { runPenstock } from '../e2e/run-penstock.js';
import { acmeReport } from '../e2e/samples.js';
import { testStack } from '../services/addresses.js';
import { Gate } from '../services/gate.js';
import { PipelineProcesses } from './index.js';
import type { RoleProcess } from './role-process.js';

const longMs = 400_000;
const namespace = aNamespace('status');
const deadline = { PENSTOCK_SAGA_DEADLINE: '2s' };

interface StatusSeen {
  readonly sagas: {
    readonly undecided: number;
    readonly stuck: {
      readonly count: number;
      readonly oldest: readonly { readonly ingestionId: string; readonly remedy: string }[];
    };
  };
  readonly breakers: { readonly stores: readonly { readonly dependency: string; readonly reason: string }[] };
}

let processes: PipelineProcesses;
let writer: RoleProcess;
let gate: Gate;

jest.setTimeout(4 * longMs);

beforeAll(async () => {
  gate = new Gate(new URL(testStack().redis));
  const ownRedis = `redis://${await gate.listen()}`;
  processes = await PipelineProcesses.start([roleNames.filter((name) => name !== 'writer-redis')], deadline);
  writer = processes.roles.process(['writer-redis'], { PENSTOCK_REDIS_URL: ownRedis });
  writer.start();
  await writer.isReady();
});

afterAll(async () => {
  await writer.leave();
  await processes.stop();
  gate.close();
});

async function status(...options: string[]): Promise<{ code: number | null; out: string }> {
  return runPenstock(['status', ...options], { ...deadline, PENSTOCK_HTTP_PORT: String(processes.port) });
}

async function seen(): Promise<StatusSeen & { code: number | null }> {
  const { code, out } = await status('--json');
  return { code, ...(JSON.parse(out) as StatusSeen) };
}

describe('penstock status, while one writer can not reach its store', () => {
  it('names the open breaker and the saga that is stuck, says what to do, and ends with 1 until both are over', async () => {
    const first = await processes.api.inline(namespace, 'before', acmeReport);
    expect((await processes.api.outcome(first.ingestionId, longMs)).status).toBe('live');
    gate.cut();
    const { ingestionId } = await processes.api.inline(namespace, 'stuck', `${acmeReport}\nOla Berg joined.`);

    const away = await eventually(
      'a stuck saga behind an open breaker',
      async () => {
        const found = await seen();
        const isStuck = found.sagas.stuck.oldest.some(
          (one) => one.ingestionId === ingestionId && one.remedy.includes(' by writer-redis: '),
        );
        return isStuck && found.breakers.stores.length > 0 ? found : undefined;
      },
      longMs,
    );
    const text = await status();
    const { body } = await processes.api.ask('GET', '/v1/board');

    expect(away.code).toBe(1);
    expect(away.sagas.stuck.oldest).toContainEqual(expect.objectContaining({ ingestionId, namespace }));
    const breaker = { role: 'writer-redis', dependency: 'redis', processes: 1, since: expect.any(String) };
    expect(away.breakers).toEqual({ stores: [{ ...breaker, reason: expect.stringMatching(/^\S+$/) }], models: [] });
    expect(text.code).toBe(1);
    expect(text.out).toMatch(/^sagas +\d+ undecided, \d+ past their deadline: see the runbook, Stuck sagas$/m);
    expect(text.out).toMatch(new RegExp(`^stuck +${ingestionId} ${namespace}/stuck writing since 20`, 'm'));
    expect(text.out).toMatch(
      /^breakers +redis is not called by writer-redis ×1 since 20.*: see the runbook, Breaker open$/m,
    );
    expect(body['work']).toMatchObject({
      stuck: { oldest: expect.arrayContaining([expect.objectContaining({ ingestionId })]) },
      breakers: { stores: [breaker] },
    });

    gate.heal();
    await processes.api.outcome(ingestionId, longMs);
    const healed = await eventually(
      'a status that has nothing to tell',
      async () => {
        const found = await seen();
        return found.code === 0 ? found : undefined;
      },
      longMs,
    );
    expect(healed).toMatchObject({ sagas: { stuck: { count: 0, oldest: [] } }, breakers: { stores: [], models: [] } });
    expect((await status()).out).toMatch(/^breakers +none open$/m);
  });
});
