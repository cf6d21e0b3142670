import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { storeNames } from '#stores/port';

import { roleNames, type RoleName } from '../../apps/roles.js';
import { fullContents } from '../chaos/full-contents.js';
import { StoreContents } from '../chaos/store-contents.js';
import { unlikeReference } from '../checker/index.js';
import { eventually } from '../e2e/eventually.js';
import { KafkaOutsider, sagaTopic, type SeenRecord } from '../e2e/kafka-outsider.js';
import { loggedReference } from '../e2e/logged-reference.js';
import type { Accepted } from '../e2e/penstock-api.js';
import { aNamespace } from '../e2e/penstock-under-test.js';
import { runPenstock } from '../e2e/run-penstock.js';
import { testStack } from '../services/addresses.js';
import { PipelineProcesses, type Environment } from './index.js';

const withinMs = 900_000;
const hourMs = 3_600_000;
const shifting = new URL('shift-clock.mjs', import.meta.url).href;
/** Hours by which the clocks of their processes are wrong; those of services and of the other roles are right. */
const shiftedBy = new Map<RoleName, number>([
  ['api', 1],
  ['relay', -1],
  ['writer-neo4j', 1],
  ['writer-postgres', -1],
  ['writer-qdrant', -1],
  ['writer-redis', 1],
  ['ledger', -1],
]);
const groups: readonly (readonly RoleName[])[] = [
  ...[...shiftedBy.keys()].map((role) => [role]),
  roleNames.filter((role) => !shiftedBy.has(role)),
];
const namespace = aNamespace('clocks');
const documentIds = ['first', 'second'];
const outsider = new KafkaOutsider();
let contents: StoreContents;
let pipeline: PipelineProcesses;
let records: readonly SeenRecord[];

function clockOf([role]: readonly RoleName[]): Environment {
  const hours = role === undefined ? undefined : shiftedBy.get(role);
  if (hours === undefined) return {};
  return { NODE_OPTIONS: `--import ${shifting}`, CLOCK_SHIFT_MS: String(hours * hourMs) };
}

beforeAll(async () => {
  contents = new StoreContents(testStack());
  [pipeline] = await Promise.all([PipelineProcesses.start(groups, {}, clockOf), outsider.connect()]);
  records = await outsider.watch(sagaTopic);
}, withinMs);

afterAll(async () => {
  await pipeline.stop();
  await Promise.all([outsider.close(), contents.close()]);
}, withinMs);

/** Creates, updates, deletes and makes anew, each once the one before has ended. */
async function live(documentId: string): Promise<string> {
  const { api } = pipeline;
  const text = (edition: number): string =>
    `Ada Lovelace works for ACME Corporation. Edition ${edition} of ${documentId} names John Smith, CEO of ACME Corporation.`;
  const acts: [string, () => Promise<Accepted>][] = [
    ['live', () => api.inline(namespace, documentId, text(1))],
    ['live', () => api.inline(namespace, documentId, text(2))],
    ['retracted', () => api.retract(namespace, documentId)],
    ['live', () => api.inline(namespace, documentId, text(3))],
  ];
  let last = '';
  for (const [end, act] of acts) {
    const { ingestionId } = await eventually(`${documentId} to be accepted`, act, withinMs);
    expect((await api.outcome(ingestionId, withinMs)).status).toBe(end);
    last = ingestionId;
  }
  return last;
}

it(
  'clocks that are two hours apart change nothing of what becomes live, replaced or deleted',
  async () => {
    const ingestionIds = await Promise.all(documentIds.map(live));

    const held = await fullContents(contents, [namespace]);
    expect(unlikeReference(held, await loggedReference(outsider, records, namespace))).toEqual([]);
    for (const store of storeNames) {
      const shown = new Set(held[store].map(({ ingestionId }) => ingestionId).filter((id) => id !== ''));
      expect([...shown].sort()).toEqual(ingestionIds.toSorted());
    }
    const { out } = await runPenstock(['audit', '--json', '-n', namespace]);
    expect((JSON.parse(out) as { findings: unknown[] }).findings).toEqual([]);
    expect(pipeline.roles.deaths).toBe(0);
    // The database's clock is right, the API's was not.
    const [row] = await contents.sql<{ ahead: number }>(
      `SELECT extract(epoch FROM min(submitted_at - admitted_at))::float8 * 1000 AS ahead
       FROM penstock.ingestions WHERE namespace = $1`,
      [namespace],
    );
    expect(row?.ahead).toBeGreaterThan(hourMs / 2);
  },
  withinMs,
);
