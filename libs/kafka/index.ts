export { addPartitions } from './add-partitions.js';
export { BatchConsumer } from './batch-consumer.js';
export type { BatchConsumerOptions, ConsumerState } from './batch-consumer.js';
export { compensationOfRecord } from './compensation.js';
export { CircuitBreaker } from './circuit-breaker.js';
export type { CircuitBreakerOptions, CircuitTurn } from './circuit-breaker.js';
export type { CircuitPolicy } from './circuit-state.js';
export { EmittingStage, EventPublisher, PartitionStage, RecordStage, StageHandler } from './contract.js';
export type {
  DeadLetterNote,
  EventStageContext,
  PartitionContext,
  PartitionHandler,
  PartitionResult,
  ReceivedEvent,
  RoleSpec,
  StageContext,
} from './contract.js';
export { ensureTopics } from './ensure-topics.js';
export type { EnsureTopicsOptions } from './ensure-topics.js';
export { fetchDeadLetterCount } from './fetch-dead-letter-count.js';
export { fetchLag } from './fetch-lag.js';
export { fetchMembers } from './fetch-members.js';
export type { PartitionLag } from './fetch-lag.js';
export { GroupFlows } from './group-flows.js';
export type { KafkaConnection } from './kafka-client.js';
export { textHeaders } from './kafka-record.js';
export type { KafkaRecord, RawRecord } from './kafka-record.js';
export { documentOfRecord } from './logged-documents.js';
export { KafkaStageTransport } from './nest-transport.js';
export { KafkaPublisher } from './publisher.js';
export type { KafkaPublisherOptions } from './publisher.js';
export { RecordPublisher } from './record-publisher.js';
export { backoffMs, defaultRetryPolicy, retryDelayMs } from './retry-policy.js';
export type { RetryPolicy } from './retry-policy.js';
export { tailTopics } from './tail-topics.js';
export type { TailOptions } from './tail-topics.js';
export { truncateLetter } from './truncate-letter.js';
export { groupOf, roleOf } from './worker-ports.js';
export type { ConsumerConfig } from './worker-ports.js';
