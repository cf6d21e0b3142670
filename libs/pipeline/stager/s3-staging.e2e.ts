import { Readable } from 'node:stream';

import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startS3Store, type S3Store } from '../../../test/services/s3-store.js';
import { makeStaging } from './make-staging.js';
import { aRef, stagingContract } from './staging.contract.js';
import type { Staging } from './staging.js';

const limits = { bytesMax: 100, signal: new AbortController().signal };
let store: S3Store;

beforeAll(async () => {
  store = await startS3Store();
});
afterAll(() => store.stop());

function stagingIn(overrides: Partial<S3Store['settings']> & { stagingPrefix?: string } = {}): Staging {
  return makeStaging({ stagingFolder: '', stagingPrefix: 'contract/', ...store.settings, ...overrides });
}

stagingContract('a bucket', () => Promise.resolve({ staging: stagingIn(), close: () => Promise.resolve() }));

describe('a bucket', () => {
  it('keeps what others of another prefix staged apart', async () => {
    const [ours, theirs] = [stagingIn({ stagingPrefix: 'ours/' }), stagingIn({ stagingPrefix: 'theirs/' })];
    const ref = aRef();
    await ours.put(ref, Readable.from([Buffer.from('hello')]), limits);

    expect(await theirs.stat(ref)).toBeUndefined();
    for await (const entry of theirs.list()) expect(entry).toBeUndefined();
  });

  it('lists an upload that somebody who is gone has begun, and lets go of it', async () => {
    const staging = stagingIn({ stagingPrefix: 'begun/' });
    const ref = aRef();
    const { stagingEndpoint: endpoint, stagingBucket: Bucket, stagingRegion: region } = store.settings;
    const { stagingAccessKey: accessKeyId, stagingSecretKey: secretAccessKey } = store.settings;
    const client = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key: `begun/${ref}` }));

    const left: string[] = [];
    for await (const entry of staging.list()) left.push(entry.ref);
    expect(left).toEqual([expect.stringMatching(new RegExp(`^${ref}#.+`))]);
    for (const entry of left) await staging.remove(entry);

    expect((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([]);
    client.destroy();
  });

  it.each([
    ['that is not there', { stagingBucket: 'no-such-bucket' }],
    ['of other keys', { stagingSecretKey: 'another' }],
    ['of a store that is away', { stagingEndpoint: 'http://127.0.0.1:1' }],
  ])('%s is no fault of the document', async (_what, overrides) => {
    const staging = stagingIn(overrides);
    const failure = { kind: 'transient', reason: 'staging-unavailable' };

    await expect(staging.check()).rejects.toMatchObject(failure);
    await expect(staging.put(aRef(), Readable.from([Buffer.from('x')]), limits)).rejects.toMatchObject(failure);
    await expect(staging.read(aRef())).rejects.toMatchObject(failure);
  });
});
