import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as a collector reads it. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a span that begins a trace. */
  readonly parentId: string;
  readonly name: string;
  /** As OTLP counts: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly links: readonly string[];
  /** 2 is an error. */
  readonly status: { readonly code: number; readonly message: string };
}

/** A collector as far as OTLP over HTTP needs one: it decodes protobuf, and keeps what came as it came. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly bodies: Buffer[] = [];
  readonly headers: Readonly<Record<string, unknown>>[] = [];
  readonly resources: Readonly<Record<string, string>>[] = [];
  private readonly held: (() => void)[] = [];
  private holding = false;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => void chunks.push(chunk));
      request.on('end', () => {
        receiver.headers.push({ path: request.url, ...request.headers });
        receiver.take(Buffer.concat(chunks));
        const answer = (): void => void response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
        if (receiver.holding) receiver.held.push(answer);
        else answer();
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on takes requests and answers none. */
  hold(): void {
    this.holding = true;
  }

  release(): void {
    this.holding = false;
    for (const answer of this.held.splice(0)) answer();
  }

  /** The spans of one trace. */
  trace(traceId: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async stop(): Promise<void> {
    this.release();
    this.server.closeAllConnections();
    await new Promise((resolve) => void this.server.close(resolve));
  }

  private take(body: Buffer): void {
    this.bodies.push(body);
    for (const resourceSpans of messages(body, 1)) {
      for (const resource of messages(resourceSpans, 1)) this.resources.push(attributesOf(resource, 1));
      const spans = messages(resourceSpans, 2).flatMap((scope) => messages(scope, 2));
      this.spans.push(...spans.map(spanOf));
    }
  }
}

function spanOf(bytes: Buffer): ReceivedSpan {
  const text = (field: number): string => bytesOf(bytes, field).toString();
  const hex = (field: number): string => bytesOf(bytes, field).toString('hex');
  const status = messages(bytes, 15)[0] ?? Buffer.alloc(0);
  return {
    traceId: hex(1),
    spanId: hex(2),
    parentId: hex(4),
    name: text(5),
    kind: numberOf(bytes, 6),
    attributes: attributesOf(bytes, 9),
    links: messages(bytes, 13).map((link) => bytesOf(link, 1).toString('hex')),
    status: { code: numberOf(status, 3), message: bytesOf(status, 2).toString() },
  };
}

function attributesOf(bytes: Buffer, field: number): Record<string, string> {
  const pairs = messages(bytes, field).map((pair) => {
    const value = messages(pair, 2)[0] ?? Buffer.alloc(0);
    const [, one] = [...fieldsOf(value)][0] ?? [];
    return [bytesOf(pair, 1).toString(), String(one ?? '')] as const;
  });
  return Object.fromEntries(pairs);
}

function messages(bytes: Buffer, field: number): Buffer[] {
  return [...fieldsOf(bytes)].flatMap(([number, value]) => (number === field && Buffer.isBuffer(value) ? [value] : []));
}

function bytesOf(bytes: Buffer, field: number): Buffer {
  return messages(bytes, field)[0] ?? Buffer.alloc(0);
}

function numberOf(bytes: Buffer, field: number): number {
  const [, value] = [...fieldsOf(bytes)].find(([number]) => number === field) ?? [];
  return Number(value ?? 0);
}

/** The wire format of protobuf: each field with its number, and its bytes or its number. */
function* fieldsOf(bytes: Buffer): Generator<[number, Buffer | bigint]> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, wire] = [Number(tag >> 3n), Number(tag & 7n)];
    if (wire === 0) {
      yield [field, varint()];
      continue;
    }
    const length = wire === 2 ? Number(varint()) : { 1: 8, 5: 4 }[wire];
    if (length === undefined) throw new RangeError(`wire type ${wire}`);
    const value = bytes.subarray(at, at + length);
    at += length;
    if (wire === 2) yield [field, value];
    else yield [field, length === 8 ? value.readBigUInt64LE() : BigInt(value.readUInt32LE())];
  }
}
