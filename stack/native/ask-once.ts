import { connect } from 'node:net';

import { checkTimeoutMs } from './service.js';

/**
 * Sends a few bytes and resolves with the first `answerBytes` of the answer, or all there were when it is shorter.
 * Health checks speak by hand where a client library would queue, reconnect and retry: a check has to say no at once.
 */
export function askOnce(host: string, port: number, request: Uint8Array, answerBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    const socket = connect({ host, port, timeout: checkTimeoutMs });
    socket.on('error', reject);
    socket.on('timeout', () => socket.destroy(new Error(`no answer within ${checkTimeoutMs} ms`)));
    socket.on('end', () => resolve(answer));
    socket.on('data', (bytes) => {
      answer = Buffer.concat([answer, bytes]);
      if (answer.length < answerBytes) return;
      resolve(answer.subarray(0, answerBytes));
      socket.destroy();
    });
    socket.write(request);
  });
}
