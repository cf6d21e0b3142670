import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

import { afterEach, describe, expect, it } from '@jest/globals';

import { makeStaging } from './make-staging.js';
import { storedNotes } from './s3-notes.js';
import type { Staging } from './staging.js';

const ref = '01900000-0000-7000-8000-000000000001';
const limits = { bytesMax: 100, signal: new AbortController().signal };
const notes = { etag: 'of the other' };
const conflicts = { 409: 'ConditionalRequestConflict', 412: 'PreconditionFailed' } as const;

let server: Server;
/** The header that makes a write a conditional one, of each that would have the object appear. */
let conditions: (string | undefined)[];
/** Whether an upload in parts was given up, so that the store does not keep its parts. */
let givenUp: boolean;

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

interface Conflict {
  readonly status: keyof typeof conflicts;
  /** What another writer wrote first; undefined if it can't be seen yet. */
  readonly theirs?: string;
}

/** A bucket in which nothing lies until somebody writes, who is told that another one was first. */
async function aBucket(conflict: Conflict): Promise<Staging> {
  [conditions, givenUp] = [[], false];
  server = createServer((request, response) => void serve(request, response, conflict));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return makeStaging({
    ...{ stagingFolder: '', stagingBucket: 'staging', stagingPrefix: '', stagingPathStyle: true },
    ...{ stagingRegion: 'us-east-1', stagingAccessKey: 'key', stagingSecretKey: 'secret' },
    stagingEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, { status, theirs }: Conflict): Promise<void> {
  const { method, url = '', headers } = request;
  for await (const _piece of request);
  const { searchParams } = new URL(url, 'http://bucket.example');
  if (method === 'GET' && conditions.length > 0 && theirs !== undefined) {
    response.writeHead(200, { 'x-amz-meta-notes': storedNotes(notes)['notes'] }).end(theirs);
  } else if (method === 'GET') {
    answer(response, 404, 'NoSuchKey');
  } else if (method === 'DELETE') {
    givenUp = true;
    response.writeHead(204).end();
  } else if (searchParams.has('uploads')) {
    response
      .writeHead(200)
      .end('<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>');
  } else if (searchParams.has('partNumber')) {
    response.writeHead(200, { etag: '"part"' }).end();
  } else {
    conditions.push(headers['if-none-match']);
    answer(response, status, conflicts[status]);
  }
}

function answer(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
}

describe('a write to a bucket that comes second, though nothing lay there when it began', () => {
  it.each([412, 409] as const)('is told what the first one wrote, and leaves it (%d)', async (status) => {
    const staging = await aBucket({ status, theirs: 'theirs' });
    const ours = Readable.from([Buffer.from('ours, and longer')]);

    const staged = await staging.put(ref, ours, { ...limits, notes: { etag: 'ours' } });

    expect(staged).toEqual(await staging.stat(ref));
    expect(staged).toMatchObject({ ref, sizeBytes: 6, head: Buffer.from('theirs'), notes });
    expect([conditions, givenUp]).toEqual([['*'], false]);
    expect(ours.destroyed).toBe(true);
  });

  it('is told so as well if it came in parts, which do not stay', async () => {
    const staging = await aBucket({ status: 412, theirs: 'theirs' });
    const bytesMax = 9 * 1024 * 1024;

    const staged = await staging.put(ref, Readable.from([Buffer.alloc(bytesMax)]), { ...limits, bytesMax });

    expect(staged).toMatchObject({ ref, sizeBytes: 6, notes });
    expect([conditions, givenUp]).toEqual([['*'], true]);
  });

  it.each([412, 409] as const)('fails for a while if the first one can not be seen yet (%d)', async (status) => {
    const staging = await aBucket({ status });
    const ours = Readable.from([Buffer.from('ours')]);

    const put = staging.put(ref, ours, limits);

    await expect(put).rejects.toMatchObject({ kind: 'transient', reason: 'staging-unavailable' });
    expect([conditions, givenUp]).toEqual([['*'], false]);
    expect(ours.destroyed).toBe(true);
  });
});
