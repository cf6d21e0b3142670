import type { Consumer, Kafka } from 'kafkajs';

import { togetherAssigner } from './partition-assigner.js';
import { groupOf, type WorkerPorts } from './worker-ports.js';

/** An idle fetch is answered after this long; it also bounds how late heartbeats, pauses and stops take effect. */
const fetchWaitMs = 500;
const heartbeatMsMax = 3000;

/** A consumer of a role, not yet connected. */
export function makeConsumer(kafka: Kafka, { role, config }: Pick<WorkerPorts, 'role' | 'config'>): Consumer {
  return kafka.consumer({
    groupId: groupOf(role.role),
    partitionAssigners: [togetherAssigner],
    sessionTimeout: config.sessionTimeoutMs,
    rebalanceTimeout: config.sessionTimeoutMs * 2,
    heartbeatInterval: Math.min(heartbeatMsMax, Math.floor(config.sessionTimeoutMs / 3)),
    maxWaitTimeInMs: fetchWaitMs,
    allowAutoTopicCreation: false,
    // The supervision makes a new consumer; one that kafkajs restarts keeps what made it crash.
    retry: { restartOnFailure: () => Promise.resolve(false) },
  });
}
