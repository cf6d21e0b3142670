/** Settings of roles that are hurt and looked at, whoever hurts them. */
export const trialSettings = {
  // Small, so that a document of a few lines comes in several parts.
  PENSTOCK_CHUNK_TOKENS: '32',
  PENSTOCK_CHUNK_OVERLAP_TOKENS: '4',
  PENSTOCK_PART_CHUNKS_MAX: '2',
  // A run of hours must not outlive what it compares.
  PENSTOCK_REDIS_TTL: '24h',
  // Deterministic, and no model in the memory of every process.
  PENSTOCK_EMBEDDING_PROVIDER: 'hash',
  PENSTOCK_LOG_LEVEL: 'warn',
};
