import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { uuidPattern } from '#events';
import { classify, PermanentFailure, TransientFailure } from '#failure';

import { ByteMeter } from './byte-meter.js';
import { readNotes, writeNotes } from './folder-notes.js';
import { refPattern } from './staging-ref.js';
import { Staging, type PutLimits, type StagedEntry, type StagedObject } from './staging.js';

/** Unfinished writes and notes lie beside the staged files under names that no reader asks for. */
const entryPattern = new RegExp(`^${uuidPattern}(?:\\.${uuidPattern}\\.part|\\.notes)?$`, 'u');

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** Only the file system's own errors are about staging; the source's are classified by the source. */
function stagingFailure(error: unknown): Error {
  if (codeOf(error) === 'ABORT_ERR' || (error as NodeJS.ErrnoException).syscall === undefined) return classify(error);
  return new TransientFailure(`staging: ${codeOf(error)}`, { reason: 'staging-unavailable', cause: error });
}

/** Staging in a folder, which several machines may share. References are uuids, so no name of a user is a path. */
export class FolderStaging extends Staging {
  constructor(private readonly folder: string) {
    super();
  }

  async put(ref: string, stream: Readable, { bytesMax, signal, notes = {} }: PutLimits): Promise<StagedObject> {
    const path = this.pathOf(ref, refPattern);
    const staged = await this.stat(ref);
    if (staged !== undefined) {
      stream.destroy();
      return staged;
    }
    const partial = `${path}.${randomUUID()}.part`;
    try {
      await mkdir(this.folder, { recursive: true });
      const meter = await this.write(partial, stream, bytesMax, signal);
      const sha256 = meter.digest();
      await writeNotes(`${path}.notes`, sha256, notes);
      await rename(partial, path);
      await this.syncFolder();
      return { ref, sha256, sizeBytes: meter.sizeBytes, head: meter.head, notes };
    } catch (error) {
      stream.destroy();
      await rm(partial, { force: true });
      throw stagingFailure(error);
    }
  }

  async read(ref: string): Promise<Readable> {
    const file = await this.open(ref);
    if (file === undefined)
      throw new PermanentFailure('nothing is staged under the reference', { reason: 'unreadable' });
    return file.createReadStream();
  }

  async stat(ref: string): Promise<StagedObject | undefined> {
    const file = await this.open(ref);
    if (file === undefined) return undefined;
    try {
      const meter = new ByteMeter();
      await pipeline(file.createReadStream(), meter, new Writable({ write: (_piece, _encoding, done) => done() }));
      const sha256 = meter.digest();
      const notes = await readNotes(`${this.pathOf(ref, refPattern)}.notes`, sha256);
      return { ref, sha256, sizeBytes: meter.sizeBytes, head: meter.head, notes };
    } catch (error) {
      throw stagingFailure(error);
    }
  }

  async remove(ref: string): Promise<void> {
    try {
      const path = this.pathOf(ref, entryPattern);
      await rm(path, { force: true });
      if (refPattern.test(ref)) await rm(`${path}.notes`, { force: true });
    } catch (error) {
      throw stagingFailure(error);
    }
  }

  async *list(): AsyncGenerator<StagedEntry> {
    for (const ref of await this.names()) {
      if (!entryPattern.test(ref)) continue;
      const found = await stat(join(this.folder, ref)).catch(() => undefined);
      if (found?.isFile() === true) yield { ref, sizeBytes: found.size, stagedAtMs: found.mtimeMs };
    }
  }

  async check(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      await access(this.folder, constants.R_OK | constants.W_OK);
    } catch (error) {
      throw stagingFailure(error);
    }
  }

  private async names(): Promise<string[]> {
    try {
      return await readdir(this.folder);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw stagingFailure(error);
    }
  }

  /** A reference is a uuid or it is refused: neither separators nor dots can ever reach a path. */
  private pathOf(ref: string, pattern: RegExp): string {
    if (!pattern.test(ref)) throw new PermanentFailure('not a staging reference', { reason: 'bad-staging-reference' });
    return join(this.folder, ref);
  }

  private async open(ref: string): Promise<FileHandle | undefined> {
    try {
      return await open(this.pathOf(ref, refPattern), constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw stagingFailure(error);
    }
  }

  private async write(path: string, stream: Readable, bytesMax: number, signal: AbortSignal): Promise<ByteMeter> {
    const file = await open(path, 'wx', 0o600);
    try {
      const meter = new ByteMeter(bytesMax);
      // The stream forces the bytes to disk before it closes the file; one that doesn't close never ends the pipeline.
      await pipeline(stream, meter, file.createWriteStream({ flush: true }), { signal });
      return meter;
    } finally {
      await file.close();
    }
  }

  /** A rename is durable only once its folder is. */
  private async syncFolder(): Promise<void> {
    const folder = await open(this.folder, constants.O_RDONLY);
    await folder.sync().finally(() => folder.close());
  }
}
