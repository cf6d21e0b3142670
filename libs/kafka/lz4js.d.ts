/** The part of lz4js that is used; it comes without types. */
declare module 'lz4js' {
  const lz4: {
    /** Packs into one LZ4 frame. */
    compress(source: Uint8Array): Uint8Array;
    /** Most bytes a frame can inflate to, as far as its headers tell. @throws Error if it is no LZ4 frame. */
    decompressBound(frame: Uint8Array): number;
    /** Inflates into `target` and returns how many bytes there are, also when they did not fit. */
    decompressFrame(frame: Uint8Array, target: Uint8Array): number;
  };
  export default lz4;
}
