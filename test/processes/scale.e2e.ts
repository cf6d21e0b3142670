import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { fetchMembers } from '#kafka';
import { findFreePorts } from '#stack';
import { createLogger } from '#telemetry';

import { roleNames } from '../../apps/roles.js';
import { fullContents } from '../chaos/full-contents.js';
import { look, type Looked } from '../chaos/look.js';
import { groupsOfRoles } from '../chaos/quiescence.js';
import { topicEnds, topicNames, type LogEnds } from '../chaos/read-topics.js';
import { reference } from '../chaos/reference.js';
import { StoreContents } from '../chaos/store-contents.js';
import { unlikeReference, violations } from '../checker/index.js';
import { eventually } from '../e2e/eventually.js';
import { PenstockApi } from '../e2e/penstock-api.js';
import { aNamespace, stackEnvironment } from '../e2e/penstock-under-test.js';
import { testStack } from '../services/addresses.js';
import { RoleProcesses, type RoleProcess } from './index.js';
import { rolePauses } from './role-pauses.js';
import { SteadyLoad } from './steady-load.js';

const withinMs = 400_000;
/** Where no more than one process wants each core; where more do, each waits for its turn. */
const pauseMsMax = 15_000;
const lookMs = 1000;
const underWay = 10;
const enough = 12;
const namespace = aNamespace('scale');
const log = createLogger('silent');

/** A process of every role, and where its API listens. */
interface Instance {
  readonly process: RoleProcess;
  readonly api: PenstockApi;
}

let folder: string;
let began: LogEnds;
let contents: StoreContents;
let roles: RoleProcesses;
let instances: Instance[];
let open: Instance[] = [];
let load: SteadyLoad;
let looked: Looked;
let wanting = 1;
let looking: NodeJS.Timeout;

jest.setTimeout(3 * withinMs);

beforeAll(async () => {
  const count = (): void => void (wanting = Math.max(wanting, (loadavg()[0] ?? 0) / availableParallelism()));
  looking = setInterval(count, lookMs);
  folder = mkdtempSync(join(tmpdir(), 'penstock-scale-'));
  contents = new StoreContents(testStack());
  const own = { PENSTOCK_STAGING_FOLDER: join(folder, 'staging'), PENSTOCK_LOG_LEVEL: 'warn' };
  roles = new RoleProcesses([], { ...stackEnvironment(), ...own }, join(folder, 'roles.log'));
  instances = (await findFreePorts(4)).map((port) => ({
    process: roles.process(roleNames, { PENSTOCK_HTTP_PORT: String(port) }),
    api: new PenstockApi(`http://127.0.0.1:${port}`),
  }));
  load = new SteadyLoad(contents, namespace, underWay, () => open.map(({ api }) => api));
  // It makes the topics where it is the first of all tests.
  await scaleOut(instances.slice(0, 1));
  began = await topicEnds(testStack().kafka, topicNames);
});

afterAll(async () => {
  clearInterval(looking);
  await load.stop().catch(() => undefined);
  await Promise.all(instances.map(({ process }) => process.leave()));
  await roles.leave();
  await contents.close();
  rmSync(folder, { recursive: true, force: true });
});

async function scaleOut(added: readonly Instance[]): Promise<void> {
  for (const { process } of added) process.start();
  await Promise.all(added.map(({ process }) => process.isReady()));
  open = [...open, ...added];
  await everyGroupHas(open.length);
}

/** They get no more requests, then they are asked to end, as an orchestrator does it. */
async function scaleIn(removed: readonly Instance[]): Promise<void> {
  open = open.filter((instance) => !removed.includes(instance));
  await Promise.all(removed.map(({ process }) => process.stop('SIGTERM')));
  await everyGroupHas(open.length);
}

async function everyGroupHas(members: number): Promise<void> {
  const attempt = async (): Promise<true | undefined> => {
    const found = await fetchMembers({ brokers: [testStack().kafka], groups: groupsOfRoles, log });
    return groupsOfRoles.every((group) => found.get(group) === members) || undefined;
  };
  await eventually(`every group to have ${members} members`, attempt, withinMs);
}

async function moreAreConcluded(count: number): Promise<void> {
  const before = await load.concluded();
  const attempt = async (): Promise<true | undefined> => (await load.concluded()) >= before + count || undefined;
  await eventually(`${count} more to be concluded`, attempt, withinMs);
}

describe('one instance of every role, then four, then two, while documents come in', () => {
  it('conclude all, and none of them ends by itself', async () => {
    load.start();
    try {
      await moreAreConcluded(enough);
      await scaleOut(instances.slice(1));
      await moreAreConcluded(enough);
      // Among those that leave is the first one: leader of every group, and the relay that works.
      await scaleIn([instances[0], instances[2]].filter((one) => one !== undefined));
      await moreAreConcluded(enough);
    } finally {
      await load.stop();
    }
    const all = load.history.length;
    await eventually(`all ${all} to be concluded`, async () => (await load.concluded()) === all || undefined, withinMs);

    const statuses = new Set((await contents.ledger([namespace])).map(({ status }) => status));
    expect([...statuses].filter((status) => !['live', 'superseded', 'unchanged'].includes(status))).toEqual([]);
    expect(instances.flatMap(({ process }) => process.ends)).toEqual([]);
  });

  it('have every document live in all four stores, as its newest version says it, and none twice', async () => {
    const world = { addresses: testStack(), contents, stagingFolder: join(folder, 'staging') };
    const trial = { namespaces: [namespace], began, history: load.history };
    const cleaned = async (): Promise<true | undefined> => {
      looked = await look(world, trial);
      return looked.observed.staged?.length === 0 || undefined;
    };
    await eventually('staging to be cleaned', cleaned, withinMs);

    const { log: reading, observed, sagaLog } = looked;
    expect(new Set([...reading.live.values()].map(({ document }) => document))).toEqual(
      new Set(load.history.map(({ documentId }) => `${namespace}/${documentId}`)),
    );
    expect(violations(observed, reading)).toEqual([]);
    expect(unlikeReference(await fullContents(contents, [namespace]), reference(sagaLog, reading))).toEqual([]);
  });

  it('have no role stand still for longer than 15 s while it has something to do and a processor to do it', async () => {
    const pauses = await rolePauses(contents, namespace, looked.records);

    expect([...pauses].filter(([, pauseMs]) => pauseMs > pauseMsMax * wanting)).toEqual([]);
    expect([...pauses.values()].every((pauseMs) => pauseMs > 0)).toBe(true);
  });
});
