import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { PermanentFailure } from '#failure';

import { readForm } from './upload-form.js';

const mebibyte = 1024 ** 2;
const limits = { bytesMax: 1024, idleMs: 60_000 };

const server = createServer((request, response) => {
  void readForm(request, limits, ({ stream }) => stream.resume().toArray()).then(
    () => response.writeHead(200).end(),
    (error: unknown) => response.writeHead(413).end(error instanceof PermanentFailure ? error.message : 'unknown'),
  );
});

afterEach(async () => {
  const isClosed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await isClosed;
});

/** A sender of a file without end, that has not asked yet what the answer is. */
async function uploading(): Promise<Socket> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sender = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const headers = 'host: a\r\ncontent-type: multipart/form-data; boundary=b\r\ntransfer-encoding: chunked';
  sender.write(`POST / HTTP/1.1\r\n${headers}\r\n\r\n`);
  const start = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
  sender.write(`${start.length.toString(16)}\r\n${start}\r\n`);
  return sender;
}

/** Sends until the other side takes no more, or as much as nobody would read. */
async function sendAll(sender: Socket): Promise<number> {
  const piece = Buffer.concat([
    Buffer.from(`${mebibyte.toString(16)}\r\n`),
    Buffer.alloc(mebibyte, 'x'),
    Buffer.from('\r\n'),
  ]);
  for (let sent = 1; sent <= 64; sent += 1) {
    const isTaken = new Promise<boolean>((resolve) => sender.write(piece, (error) => resolve(error == null)));
    const isStill = new Promise<boolean>((resolve) => setTimeout(resolve, 1_000, false));
    if (!(await Promise.race([isTaken, isStill]))) return sent;
  }
  return Infinity;
}

describe('a refused upload', () => {
  it('is not read to its end, and its sender hears why though it listens only when it can send no more', async () => {
    const sender = await uploading();
    const failed = once(sender, 'error').then(([error]) => String(error));

    const sent = await sendAll(sender);
    const answer = once(sender, 'data').then(([bytes]) => String(bytes));

    expect(await Promise.race([answer, failed])).toMatch(/^HTTP\/1\.1 413 [^]*the file is over 1024 bytes/u);
    expect(sent).toBeLessThan(64);
    sender.destroy();
  });
});
