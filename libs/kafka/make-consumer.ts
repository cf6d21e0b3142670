import type { Consumer, Kafka } from 'kafkajs';

import { togetherAssigner } from './partition-assigner.js';
import { groupOf, type WorkerPorts } from './worker-ports.js';

/**
 * A fetch that finds nothing is answered after this long. Heartbeats stand behind it, and with them how late a member
 * hears that its group changes; new records, pauses and stops do not (patches/kafkajs+2.2.4+003+idle-fetches.patch).
 */
const fetchWaitMsMax = 2500;
/** Shorter than a fetch waits, so that each idle one is followed by a heartbeat. */
const heartbeatMsMax = 2000;

/** A consumer of a role, not yet connected. */
export function makeConsumer(kafka: Kafka, { role, config }: Pick<WorkerPorts, 'role' | 'config'>): Consumer {
  return kafka.consumer({
    groupId: groupOf(role.role),
    partitionAssigners: [togetherAssigner],
    sessionTimeout: config.sessionTimeoutMs,
    rebalanceTimeout: config.sessionTimeoutMs * 2,
    heartbeatInterval: Math.min(heartbeatMsMax, Math.floor(config.sessionTimeoutMs / 3)),
    maxWaitTimeInMs: Math.min(fetchWaitMsMax, Math.floor(config.sessionTimeoutMs / 6)),
    allowAutoTopicCreation: false,
    // The supervision makes a new consumer; one that kafkajs restarts keeps what made it crash.
    retry: { restartOnFailure: () => Promise.resolve(false) },
  });
}
