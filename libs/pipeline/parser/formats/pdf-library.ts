import { registerHooks } from 'node:module';

/** A stream of a PDF as the library holds it. */
export interface LibraryStream {
  readonly dict?: { has(key: string): boolean; get(key: string): unknown } | null;
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

export interface LibraryPage {
  readonly pageDict: { has(key: string): boolean };
  /** A stream or several, or whatever stands in the place of one. */
  readonly content: unknown;
  getContentStream(): Promise<LibraryStream>;
}

/** A class of the library; other methods may be put in the place of its own. */
interface LibraryClass<T> {
  readonly prototype: T;
  [Symbol.hasInstance](value: unknown): value is T;
}

/** Those that are watched. */
export interface LibraryClasses {
  readonly BaseStream: LibraryClass<LibraryStream>;
  readonly DecodeStream: LibraryClass<PackedStream>;
  readonly FlateStream: LibraryClass<PackedStream>;
  readonly Page: LibraryClass<LibraryPage>;
  readonly PartialEvaluator: LibraryClass<object>;
  readonly OperatorList: LibraryClass<object>;
  readonly ErrorFont: LibraryClass<object>;
}

const names = ['BaseStream', 'DecodeStream', 'FlateStream', 'Page', 'PartialEvaluator', 'OperatorList', 'ErrorFont'];
const program = 'pdfjs-dist/legacy/build/pdf.worker.mjs';

/**
 * Loads the half of the library that takes documents apart, with classes that it shows to nobody: it has no setting
 * that bounds what a document unpacks to, and does not say what it could not read. A version without one of them can't
 * be loaded.
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
