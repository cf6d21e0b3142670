/** kafkajs-snappy comes without types. */
declare module 'kafkajs-snappy' {
  interface SnappyCodec {
    compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
    decompress(buffer: Buffer): Promise<Buffer>;
  }
  export default function makeSnappyCodec(): SnappyCodec;
}
