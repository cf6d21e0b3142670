import type { Consumer, Kafka } from 'kafkajs';

import { fetchLogEnd } from './fetch-log-end.js';
import { GroupedCommits } from './grouped-commits.js';
import type { PartitionOwner } from './owned-partition.js';

/** What the partitions of one assignment may do with the consumer that reads them. */
export function partitionOwner(
  consumer: Pick<Consumer, 'pause' | 'resume' | 'seek'>,
  kafka: Pick<Kafka, 'admin'>,
  { ports, open }: Pick<PartitionOwner, 'ports' | 'open'>,
  { restart, fatal }: Pick<PartitionOwner, 'restart' | 'fatal'>,
): PartitionOwner {
  return {
    ports,
    open,
    pause: (topic, partition) => consumer.pause([{ topic, partitions: [partition] }]),
    resume: (topic, partition) => consumer.resume([{ topic, partitions: [partition] }]),
    seek: (topic, partition, offset) => consumer.seek({ topic, partition, offset: String(offset) }),
    logEnd: (topic, partition) => fetchLogEnd(kafka, topic, partition),
    commits: new GroupedCommits(),
    restart,
    fatal,
  };
}
