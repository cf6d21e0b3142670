import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { classify, PermanentFailure, TransientFailure } from '#failure';

import { ByteMeter } from './byte-meter.js';
import { Staging, type PutLimits, type StagedEntry, type StagedObject } from './staging.js';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const refPattern = new RegExp(`^${uuid}$`, 'u');
/** Unfinished writes lie beside the staged files under a name that no reader asks for. */
const entryPattern = new RegExp(`^${uuid}(?:\\.${uuid}\\.part)?$`, 'u');

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

  async put(ref: string, stream: Readable, { bytesMax, signal }: PutLimits): Promise<StagedObject> {
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
      await rename(partial, path);
      await this.syncFolder();
      return { ref, sha256: meter.digest(), sizeBytes: meter.sizeBytes, head: meter.head };
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
      return { ref, sha256: meter.digest(), sizeBytes: meter.sizeBytes, head: meter.head };
    } catch (error) {
      throw stagingFailure(error);
    }
  }

  async remove(ref: string): Promise<void> {
    try {
      await rm(this.pathOf(ref, entryPattern), { force: true });
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
