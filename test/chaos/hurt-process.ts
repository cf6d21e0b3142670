import { setTimeout as pause } from 'node:timers/promises';

import { Kafka, logLevel } from 'kafkajs';

import { roleSpec, type RoleName } from '../../apps/roles.js';
import { togetherAssigner } from '../../libs/kafka/partition-assigner.js';
import { topicOfEvent, topics } from '#events';

import type { RoleProcess, RoleProcesses } from '../processes/index.js';
import { sessionTimeoutMs } from './fault-kinds.js';
import { denyFiles, denyMemory, starve } from './hurt-machine.js';
import type { PlannedFault } from './plan-faults.js';

/** Hurts one process for a while. */
export async function hurtProcess(fault: PlannedFault, roles: RoleProcesses, kafka: string): Promise<void> {
  const victim = roles.all.find(({ name }) => name === fault.victim);
  if (victim === undefined) throw new RangeError(`no process ${fault.victim}`);
  switch (fault.kind) {
    case 'kill process':
      return victim.kill();
    case 'terminate process':
      return victim.terminate();
    case 'twin process':
      return bringTwin(fault, roles.process(victim.roles));
    case 'rebalance storm':
      return disturbGroup(fault, victim.roles[0] ?? 'ledger', kafka);
    case 'writer refuses':
      return refuse(fault, victim);
    case 'starve process':
      return starve(() => pidsOf(victim), fault.holdMs);
    case 'process out of files':
      return denyFiles(pidsOf(victim), fault.holdMs);
    case 'process out of memory':
      return denyMemory(pidsOf(victim), fault.holdMs);
    default:
      victim.freeze();
      await pause(fault.holdMs);
      return victim.thaw();
  }
}

function pidsOf({ pid }: RoleProcess): number[] {
  return pid === undefined ? [] : [pid];
}

/** A second process of the same roles joins, takes over some partitions, and goes, in good order or not. */
async function bringTwin({ holdMs, random }: PlannedFault, twin: RoleProcess): Promise<void> {
  twin.start();
  await pause(holdMs);
  await twin.stop(random.next() < 0.5 ? 'SIGTERM' : 'SIGKILL');
}

/** Its store refuses every document for a while, as if each of them were at fault. */
async function refuse({ holdMs }: PlannedFault, writer: RoleProcess): Promise<void> {
  const store = writer.name.replace('writer-', '');
  writer.restartWith({ PENSTOCK_FAIL_WRITER: `${store}:` });
  await pause(holdMs);
  writer.restartWith({});
}

/** A stranger joins the group again and again and does nothing with what it is given. */
async function disturbGroup({ holdMs, random }: PlannedFault, role: RoleName, broker: string): Promise<void> {
  const kafka = new Kafka({ brokers: [broker], clientId: 'storm', logLevel: logLevel.NOTHING, retry: { retries: 1 } });
  const untilMs = performance.now() + holdMs;
  while (performance.now() < untilMs) {
    const consumer = kafka.consumer({
      groupId: `penstock.${role}`,
      partitionAssigners: [togetherAssigner],
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs * 2,
      retry: { retries: 1, restartOnFailure: () => Promise.resolve(false) },
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: topicsOf(role) });
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: () => Promise.resolve() });
      await pause(random.between(200, 1200));
    } catch {
      // A broker that is away is another fault's doing.
      await pause(200);
    } finally {
      await consumer.disconnect().catch(() => undefined);
    }
  }
}

function topicsOf(role: RoleName): string[] {
  const { consumes, takes = [] } = roleSpec(role);
  return [...new Set([...consumes.map((event) => topicOfEvent[event]), ...takes])].map((topic) => topics[topic].name);
}
