import { S3Client } from '@aws-sdk/client-s3';

import { FolderStaging } from './folder-staging.js';
import { S3Staging } from './s3-staging.js';
import type { Staging } from './staging.js';

export interface StagingOptions {
  readonly stagingFolder: string;
  /** Stages in this bucket if there is one, else in the folder. */
  readonly stagingBucket: string | undefined;
  readonly stagingEndpoint: string | undefined;
  readonly stagingRegion: string;
  readonly stagingPrefix: string;
  readonly stagingAccessKey: string | undefined;
  readonly stagingSecretKey: string | undefined;
  readonly stagingPathStyle: boolean;
}

const connectMsMax = 5_000;
/** How long the store may be silent in the middle of an answer. */
const silenceMsMax = 30_000;

/** The staging that the settings name; nothing is connected yet. */
export function makeStaging(options: StagingOptions): Staging {
  const { stagingBucket: bucket, stagingPrefix: prefix, stagingEndpoint: endpoint } = options;
  if (bucket === undefined) return new FolderStaging(options.stagingFolder);
  const { stagingAccessKey: accessKeyId, stagingSecretKey: secretAccessKey } = options;
  const client = new S3Client({
    region: options.stagingRegion,
    forcePathStyle: options.stagingPathStyle,
    // Many stores don't know the newer checksums; what is staged is hashed all the same.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: connectMsMax, socketTimeout: silenceMsMax },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
  });
  return new S3Staging(client, { bucket, prefix });
}
