import { bytes, durationMs, flag, list, networks, optional, ports, secret, text } from './parsers.js';

/** Where documents come from and where their bytes wait. */
export const sourceSettings = {
  uploadBytesMax: {
    env: 'PENSTOCK_UPLOAD_BYTES_MAX',
    default: '100MiB',
    parse: bytes,
    description: 'Largest source accepted by upload, path or URL',
  },
  uploadTimeoutMs: {
    env: 'PENSTOCK_UPLOAD_TIMEOUT',
    default: '10m',
    parse: durationMs,
    description: 'Limit for receiving one request of the API, an upload for example',
  },
  uploadIdleMs: {
    env: 'PENSTOCK_UPLOAD_IDLE',
    default: '30s',
    parse: durationMs,
    description: 'How long an upload may stand still before it is refused',
  },
  uploadRoots: {
    env: 'PENSTOCK_UPLOAD_ROOTS',
    default: '',
    parse: list,
    description: 'Folders from which local paths may be ingested, comma separated',
  },
  httpAllowPrivate: {
    env: 'PENSTOCK_HTTP_ALLOW_PRIVATE',
    default: 'false',
    parse: flag,
    description: 'Whether http sources may be at any address and port, loopback included',
  },
  httpNetworks: {
    env: 'PENSTOCK_HTTP_NETWORKS',
    default: '',
    parse: networks,
    description: 'Networks that are not public and that http sources may be in, as CIDR, comma separated',
  },
  httpPorts: {
    env: 'PENSTOCK_HTTP_PORTS',
    default: '80,443',
    parse: ports,
    description: 'Ports that http sources may be on, comma separated',
  },
  httpTimeoutMs: {
    env: 'PENSTOCK_HTTP_TIMEOUT',
    default: '30s',
    parse: durationMs,
    description: 'Limit for fetching one http source',
  },
  httpDeadlineMs: {
    env: 'PENSTOCK_HTTP_DEADLINE',
    default: '1m',
    parse: durationMs,
    description: 'How long an http source that does not answer is asked again before its ingestion fails',
  },
  stagingFolder: {
    env: 'PENSTOCK_STAGING_FOLDER',
    default: '.penstock/staging',
    parse: text,
    description: 'Folder where sources are staged; shared by all machines',
  },
  stagingBucket: {
    env: 'PENSTOCK_STAGING_S3_BUCKET',
    default: '',
    parse: optional(text),
    description: 'Bucket of an S3-compatible store to stage sources in, instead of the folder',
  },
  stagingEndpoint: {
    env: 'PENSTOCK_STAGING_S3_ENDPOINT',
    default: '',
    parse: optional(text),
    description: 'Address of the S3-compatible store; AWS if left out',
  },
  stagingRegion: {
    env: 'PENSTOCK_STAGING_S3_REGION',
    default: 'us-east-1',
    parse: text,
    description: 'Region of the bucket',
  },
  stagingPrefix: {
    env: 'PENSTOCK_STAGING_S3_PREFIX',
    default: 'penstock/staging/',
    parse: text,
    description: 'What the names of staged objects start with',
  },
  stagingAccessKey: {
    env: 'PENSTOCK_STAGING_S3_ACCESS_KEY',
    default: '',
    parse: optional(secret),
    description: "Access key of the bucket; if left out, the S3 client's own rules find one",
  },
  stagingSecretKey: {
    env: 'PENSTOCK_STAGING_S3_SECRET_KEY',
    default: '',
    parse: optional(secret),
    description: 'Secret that belongs to the access key',
  },
  stagingPathStyle: {
    env: 'PENSTOCK_STAGING_S3_PATH_STYLE',
    default: 'true',
    parse: flag,
    description: 'Whether the bucket is named in the path, as most stores want it, or in the host name',
  },
} as const;
