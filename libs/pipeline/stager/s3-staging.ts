import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  paginateListObjectsV2,
  ListMultipartUploadsCommand,
  S3Client,
  type GetObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { pipeline, Readable, Writable } from 'node:stream';
import { pipeline as drained } from 'node:stream/promises';

import { PermanentFailure, TransientFailure } from '#failure';

import { ByteMeter } from './byte-meter.js';
import { notesOf, storedNotes } from './s3-notes.js';
import { isMissing, isTaken, s3Failure } from './s3-failure.js';
import { refPattern } from './staging-ref.js';
import { Staging, type PutLimits, type StagedEntry, type StagedObject } from './staging.js';

export interface S3Options {
  readonly bucket: string;
  /** What the names of all objects start with. */
  readonly prefix: string;
}

/** At most so much of an object is in memory: two parts on their way. */
const partBytes = 8 * 1024 * 1024;
const partsInFlight = 2;
/** An unfinished upload is listed under its object's reference and its own id. */
const unfinished = /^([0-9a-f-]{36})#(.+)$/su;

/**
 * Staging in a bucket of an S3-compatible store. An object appears when its upload is complete, and the first complete
 * one stays where the store knows conditional writes (`If-None-Match`), else the last.
 */
export class S3Staging extends Staging {
  constructor(
    private readonly client: S3Client,
    private readonly options: S3Options,
  ) {
    super();
  }

  async put(ref: string, stream: Readable, { bytesMax, signal, notes = {} }: PutLimits): Promise<StagedObject> {
    const target = this.target(ref);
    const staged = await this.stat(ref);
    if (staged !== undefined) {
      stream.destroy();
      return staged;
    }
    const meter = new ByteMeter(bytesMax);
    // Whoever reads the meter sees the error of the stream; the callback has nothing to add.
    pipeline(stream, meter, () => undefined);
    const params = { ...target, Body: meter, Metadata: storedNotes(notes), IfNoneMatch: '*' };
    const upload = new Upload({ client: this.client, params, partSize: partBytes, queueSize: partsInFlight });
    const abort = (): void => void upload.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await upload.done();
      return { ref, sha256: meter.digest(), sizeBytes: meter.sizeBytes, head: meter.head, notes };
    } catch (error) {
      const winner = isTaken(error) ? await this.stat(ref) : undefined;
      if (winner !== undefined) return winner;
      throw s3Failure(meter.errored ?? error);
    } finally {
      signal.removeEventListener('abort', abort);
      stream.destroy();
      meter.destroy();
    }
  }

  async read(ref: string): Promise<Readable> {
    const found = await this.get(ref);
    if (found === undefined) {
      throw new PermanentFailure('nothing is staged under the reference', { reason: 'unreadable' });
    }
    return Readable.from(classifiedPieces(bodyOf(found)), { objectMode: false });
  }

  async stat(ref: string): Promise<StagedObject | undefined> {
    const found = await this.get(ref);
    if (found === undefined) return undefined;
    const meter = new ByteMeter();
    try {
      await drained(bodyOf(found), meter, new Writable({ write: (_piece, _encoding, done) => done() }));
    } catch (error) {
      throw s3Failure(error);
    }
    const notes = notesOf(found.Metadata);
    return { ref, sha256: meter.digest(), sizeBytes: meter.sizeBytes, head: meter.head, notes };
  }

  async remove(ref: string): Promise<void> {
    const [, object, uploadId] = unfinished.exec(ref) ?? [undefined, ref, undefined];
    const target = this.target(object ?? '');
    const abort = { ...target, UploadId: uploadId };
    const removal =
      uploadId === undefined
        ? this.client.send(new DeleteObjectCommand(target))
        : this.client.send(new AbortMultipartUploadCommand(abort));
    await removal.catch((error: unknown) => {
      if (!isMissing(error)) throw s3Failure(error);
    });
  }

  async *list(): AsyncGenerator<StagedEntry> {
    const within = { Bucket: this.options.bucket, Prefix: this.options.prefix };
    try {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: this.client }, within)) {
        for (const { Key, Size, LastModified } of Contents) yield* this.entry(Key, '', Size, LastModified);
      }
      // One page of a thousand is enough: what is left over is found at the next turn, when these are gone.
      const { Uploads = [] } = await this.client.send(new ListMultipartUploadsCommand(within));
      for (const { Key, UploadId, Initiated } of Uploads) yield* this.entry(Key, `#${UploadId ?? ''}`, 0, Initiated);
    } catch (error) {
      throw s3Failure(error);
    }
  }

  async check(): Promise<void> {
    await this.client.send(new HeadBucketCommand({ Bucket: this.options.bucket })).catch((error: unknown) => {
      throw new TransientFailure('staging: the bucket does not answer', {
        reason: 'staging-unavailable',
        cause: error,
      });
    });
  }

  private *entry(key = '', suffix: string, sizeBytes = 0, at: Date | undefined): Generator<StagedEntry> {
    const ref = key.slice(this.options.prefix.length);
    if (refPattern.test(ref) && at !== undefined) yield { ref: `${ref}${suffix}`, sizeBytes, stagedAtMs: at.getTime() };
  }

  private target(ref: string): { Bucket: string; Key: string } {
    if (!refPattern.test(ref)) {
      throw new PermanentFailure('not a staging reference', { reason: 'bad-staging-reference' });
    }
    return { Bucket: this.options.bucket, Key: `${this.options.prefix}${ref}` };
  }

  private async get(ref: string): Promise<GetObjectCommandOutput | undefined> {
    try {
      return await this.client.send(new GetObjectCommand(this.target(ref)));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw s3Failure(error);
    }
  }
}

/** In Node the client answers with Node's own streams. */
function bodyOf({ Body }: GetObjectCommandOutput): Readable {
  return Body instanceof Readable ? Body : Readable.from([]);
}

/** A connection that breaks while somebody reads is classified here, at the driver's edge. */
async function* classifiedPieces(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const piece of stream) yield piece as Buffer;
  } catch (error) {
    throw s3Failure(error);
  }
}
