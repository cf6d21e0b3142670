import { bytes, choice, durationMs, durationOrOff, flag, integer, optional, text } from './parsers.js';

/** How things are done: limits, models, deadlines. */
export const behaviourSettings = {
  stagingTtlMs: {
    env: 'PENSTOCK_STAGING_TTL',
    default: '7d',
    parse: durationMs,
    description:
      'How long staged bytes of failed ingestions are kept; those of a dead letter for as long as there is the letter',
  },
  parseProcesses: {
    env: 'PENSTOCK_PARSE_PROCESSES',
    default: '2',
    parse: integer(1, 64),
    description: 'Most processes that read documents side by side; started when first needed',
  },
  parseTimeoutMs: {
    env: 'PENSTOCK_PARSE_TIMEOUT',
    default: '60s',
    parse: durationMs,
    description: 'Limit for reading one document; below the handler deadline',
  },
  parseMemoryBytesMax: {
    env: 'PENSTOCK_PARSE_MEMORY_MAX',
    default: '1GiB',
    parse: bytes,
    description: 'Most memory a process may hold while it reads a document; at three quarters of it the document fails',
  },
  parseInflatedBytesMax: {
    env: 'PENSTOCK_PARSE_INFLATED_MAX',
    default: '200MiB',
    parse: bytes,
    description: 'Most bytes that all that is packed in a document may unpack to',
  },
  childrenMax: {
    env: 'PENSTOCK_CHILDREN_MAX',
    default: '1000',
    parse: integer(0, 100_000),
    description: 'Most documents taken out of one, such as attachments and members of archives, at any depth',
  },
  childDepthMax: {
    env: 'PENSTOCK_CHILD_DEPTH_MAX',
    default: '3',
    parse: integer(0, 10),
    description: 'How deep documents may lie in one another',
  },
  chunkTokens: {
    env: 'PENSTOCK_CHUNK_TOKENS',
    default: '300',
    parse: integer(16, 8000),
    description: 'Token budget of a chunk',
  },
  chunkOverlapTokens: {
    env: 'PENSTOCK_CHUNK_OVERLAP_TOKENS',
    default: '30',
    parse: integer(0, 4000),
    description: 'Tokens repeated from the chunk before',
  },
  partChunksMax: {
    env: 'PENSTOCK_PART_CHUNKS_MAX',
    default: '64',
    parse: integer(1, 64),
    description: 'Most chunks in one part',
  },
  partBytesMax: {
    env: 'PENSTOCK_PART_BYTES_MAX',
    default: '512KiB',
    parse: bytes,
    description: 'Most encoded bytes in one part',
  },
  redisTtlMs: {
    env: 'PENSTOCK_REDIS_TTL',
    default: '3600s',
    parse: durationMs,
    description: 'How long a live document stays in the Redis cache',
  },
  tombstoneTtlMs: {
    env: 'PENSTOCK_TOMBSTONE_TTL',
    default: '40d',
    parse: durationMs,
    description: 'How long tombstones are kept; 30d at least, and 7d longer than dead letters can be replayed',
  },
  auditIntervalMs: {
    env: 'PENSTOCK_AUDIT_INTERVAL',
    default: '24h',
    parse: durationOrOff,
    description: 'How often the janitor compares the stores with each other and with the ledger; off for never',
  },
  auditRepair: {
    env: 'PENSTOCK_AUDIT_REPAIR',
    default: 'false',
    parse: flag,
    description: "Whether the janitor's audits heal what they find",
  },
  deadLettersTtlMs: {
    env: 'PENSTOCK_DEAD_LETTERS_TTL',
    default: '30d',
    parse: durationMs,
    description: 'How long a dead letter can be listed and replayed',
  },
  deadLettersMax: {
    env: 'PENSTOCK_DEAD_LETTERS_MAX',
    default: '10000',
    parse: integer(1, 10_000_000),
    description: 'Most dead letters kept for listing and replay; the oldest of the namespace with most go first',
  },
  writeDeadlineMs: {
    env: 'PENSTOCK_WRITE_DEADLINE',
    default: '10m',
    parse: durationMs,
    description: 'How long a transient error of a document is retried before it is compensated',
  },
  sagaDeadlineMs: {
    env: 'PENSTOCK_SAGA_DEADLINE',
    default: '24h',
    parse: durationMs,
    description: 'How long an ingestion may stay undecided',
  },
  handlerDeadlineMs: {
    env: 'PENSTOCK_HANDLER_DEADLINE',
    default: '2m',
    parse: durationMs,
    description: 'Limit for one attempt at one batch',
  },
  sessionTimeoutMs: {
    env: 'PENSTOCK_SESSION_TIMEOUT',
    default: '30s',
    parse: durationMs,
    description: 'Kafka session timeout of a consumer',
  },
  batchRecordsMax: {
    env: 'PENSTOCK_BATCH_RECORDS_MAX',
    default: '200',
    parse: integer(1, 10000),
    description: 'Most records handled in one batch of one partition',
  },
  logLevel: {
    env: 'PENSTOCK_LOG_LEVEL',
    default: 'info',
    parse: choice('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    description: 'Log level',
  },
  failWriter: {
    env: 'PENSTOCK_FAIL_WRITER',
    default: '',
    parse: optional(text),
    description:
      'store:pattern makes that writer refuse documents whose id contains the pattern; several with commas between; for demonstrations and drills',
  },
} as const;
