import { registerHooks } from 'node:module';

/** A stream of a PDF as the library holds it. */
interface LibraryStream {
  readonly isAsync: boolean;
  asyncGetBytes(): Promise<Uint8Array | null>;
  getBytes(): Uint8Array;
  reset(): void;
}

export interface UnpackedStream {
  /** Null if it is damaged. */
  readonly decompressed: Uint8Array | null;
  readonly compressed: Uint8Array;
}

/** A stream that is unpacked as it is read; what it is unpacked from lies beneath. */
export interface PackedStream extends LibraryStream {
  readonly stream: LibraryStream;
  readonly buffer: Uint8Array;
  ensureBuffer(requestedBytes: number): Uint8Array;
  asyncGetBytesFromDecompressionStream(format: string): Promise<UnpackedStream>;
}

/** A class of the library; other methods may be put in the place of its own. */
interface LibraryClass<T> {
  readonly prototype: T;
}

/** Those that are watched. */
export interface LibraryClasses {
  readonly DecodeStream: LibraryClass<PackedStream>;
}

const names = ['DecodeStream'];
const program = 'pdfjs-dist/legacy/build/pdf.worker.mjs';

/**
 * Loads the half of the library that takes documents apart, with classes that it shows to nobody: it has no setting
 * that bounds what a document unpacks to. A version without one of them can't be loaded.
 */
export async function loadLibrary(): Promise<LibraryClasses> {
  const hooks = registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith(program)) return loaded;
      return {
        ...loaded,
        source: `${Buffer.from(loaded.source as Buffer).toString()}\nexport { ${names.join(', ')} };`,
      };
    },
  });
  try {
    return (await import(program)) as LibraryClasses;
  } finally {
    hooks.deregister();
  }
}
