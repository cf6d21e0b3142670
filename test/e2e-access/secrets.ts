export const pepper = 'canary-pepper-5f2c9d';

/** Settings that are secret, each with a value that may be found nowhere. */
export const secrets = {
  PENSTOCK_KEY_PEPPER: pepper,
  PENSTOCK_NEO4J_PASSWORD: 'canary-neo4j-7b1e',
  PENSTOCK_QDRANT_API_KEY: 'canary-qdrant-2c44',
  PENSTOCK_OPENAI_API_KEY: 'canary-openai-91aa',
  PENSTOCK_OPENAI_EMBEDDING_API_KEY: 'canary-embedding-4d07',
  PENSTOCK_FRONT_SECRET: 'canary-front-secret-0d3f',
  PENSTOCK_STAGING_S3_SECRET_KEY: 'canary-s3-66e0',
};
