import { connect, type Socket } from 'node:net';

import type { ISocketFactory } from 'kafkajs';

/** Makes sockets that can all be cut at once, as a killed process or a lost network does. */
export class CuttableSockets {
  private readonly open = new Set<Socket>();
  private cutOff = false;
  private tearAfter: number | undefined;

  readonly factory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port: this.cutOff ? 1 : port }, onConnect);
    this.open.add(socket);
    this.tearWhenAsked(socket);
    socket.once('close', () => this.open.delete(socket));
    return socket;
  };

  /** Closes every connection; new ones are refused until `mend`. */
  cut(): void {
    this.cutOff = true;
    for (const socket of this.open) socket.destroy(new Error('read ECONNRESET'));
  }

  mend(): void {
    this.cutOff = false;
  }

  /** The next answer, of whatever connection, ends after some bytes, and the connection with it. */
  tear(afterBytes: number): void {
    this.tearAfter = afterBytes;
  }

  private tearWhenAsked(socket: Socket): void {
    const emit = socket.emit.bind(socket);
    socket.emit = (event: string | symbol, ...given: unknown[]): boolean => {
      const [data] = given;
      if (event !== 'data' || this.tearAfter === undefined || !Buffer.isBuffer(data)) return emit(event, ...given);
      const heard = emit(event, data.subarray(0, this.tearAfter));
      this.tearAfter = undefined;
      socket.destroy(new Error('read ECONNRESET'));
      return heard;
    };
  }
}
