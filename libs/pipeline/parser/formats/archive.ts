import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';

import yauzl, { type Entry, type ZipFile } from 'yauzl';

import { PermanentFailure } from '#failure';

import type { ReadLimits } from './read-limits.js';

/** More entries than this are an attack on whoever lists them. */
const entriesMax = 10_000;
/** No honest compression of text does better; past this much, a worse ratio is a bomb. */
const ratioMax = 100;
const ratioFreeBytes = 16 * 1024 ** 2;
const unixTypeMask = 0o170000;
const unixSymlink = 0o120000;
const localHeaderBytes = 30;

export interface ArchiveEntry {
  readonly name: string;
  readonly sizeBytes: number;
  readonly isFolder: boolean;
  readonly isEncrypted: boolean;
  readonly isSymlink: boolean;
}

function corrupt(message: string, cause?: unknown): PermanentFailure {
  return new PermanentFailure(message, { reason: 'corrupt', ...(cause === undefined ? {} : { cause }) });
}

function damaged(cause: unknown): PermanentFailure {
  if (cause instanceof PermanentFailure) return cause;
  const message = cause instanceof Error ? cause.message : '';
  if (/compression method/u.test(message)) {
    return new PermanentFailure('the archive is packed in a way that is not read', { reason: 'unsupported' });
  }
  if (/encryption/u.test(message)) {
    return new PermanentFailure('the document is protected by a password', { reason: 'encrypted' });
  }
  if (/^(?:absolute path|invalid relative path|invalid characters)/u.test(message)) {
    return new PermanentFailure('a name in the archive leads out of it', { reason: 'unsafe-path' });
  }
  return corrupt('the archive is damaged', cause);
}

function described(entry: Entry): ArchiveEntry {
  const name = entry.fileName;
  return {
    name,
    sizeBytes: entry.uncompressedSize,
    isFolder: name.endsWith('/'),
    isEncrypted: (entry.generalPurposeBitFlag & 1) !== 0,
    isSymlink: ((entry.externalFileAttributes >>> 16) & unixTypeMask) === unixSymlink,
  };
}

/** Honest entries lie one after the other; entries that share bytes unpack the same bytes again and again. */
function requireApart(entries: readonly Entry[]): void {
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)) {
    if (entry.relativeOffsetOfLocalHeader < end) throw corrupt('entries of the archive overlap');
    end = entry.relativeOffsetOfLocalHeader + localHeaderBytes + entry.compressedSize;
  }
}

/**
 * A ZIP archive in memory. Nothing is unpacked but what is asked for, what it unpacks to is counted as it comes, and no
 * name in it is ever used as a path.
 */
export class Archive {
  private constructor(
    private readonly file: ZipFile,
    private readonly byName: ReadonlyMap<string, Entry>,
    private readonly limits: ReadLimits,
  ) {}

  /** @throws PermanentFailure `corrupt` or `too-large`. */
  static async open(bytes: Buffer, limits: ReadLimits): Promise<Archive> {
    const file = await yauzl
      .fromBufferPromise(bytes, { lazyEntries: true, strictFileNames: false, validateEntrySizes: true })
      .catch((error: unknown) => {
        throw damaged(error);
      });
    if (file.entryCount > entriesMax) {
      throw new PermanentFailure(`the archive has over ${entriesMax} entries`, { reason: 'too-large' });
    }
    const entries: Entry[] = [];
    try {
      for await (const entry of file.eachEntry()) {
        entries.push(entry);
        if (entries.length > entriesMax) throw corrupt('the archive has more entries than it says');
      }
    } catch (error) {
      throw damaged(error);
    }
    requireApart(entries);
    const byName = new Map(entries.map((entry) => [entry.fileName, entry]));
    // One program would show the first of them, another the last.
    if (byName.size < entries.length) throw corrupt('two entries of the archive have the same name');
    return new Archive(file, byName, limits);
  }

  entries(): ArchiveEntry[] {
    return [...this.byName.values()].map(described);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Bytes of an entry piece by piece, or nothing if there is none. @throws PermanentFailure as they are read. */
  async *pieces(name: string): AsyncGenerator<Buffer> {
    const entry = this.byName.get(name);
    if (entry === undefined) return;
    if (described(entry).isEncrypted) {
      throw new PermanentFailure('the document is protected by a password', { reason: 'encrypted' });
    }
    let inflated = 0;
    let checksum = 0;
    try {
      const stream: Readable = await this.file.openReadStreamPromise(entry);
      for await (const piece of stream as AsyncIterable<Buffer>) {
        inflated += piece.length;
        this.limits.inflate(piece.length);
        if (inflated > ratioFreeBytes && inflated > entry.compressedSize * ratioMax) {
          throw new PermanentFailure('the document unpacks to over 100 times its size', { reason: 'too-large' });
        }
        checksum = crc32(piece, checksum);
        yield piece;
      }
      if (checksum !== entry.crc32) throw corrupt('a member of the archive is damaged: its checksum differs');
    } catch (error) {
      throw damaged(error);
    }
  }

  /** The whole of an entry, or undefined if there is none. */
  async read(name: string): Promise<Buffer | undefined> {
    if (!this.byName.has(name)) return undefined;
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces(name)) pieces.push(piece);
    return Buffer.concat(pieces);
  }
}
