import { connect, type Socket } from 'node:net';

import type { ISocketFactory } from 'kafkajs';

/** Makes sockets that can all be cut at once, as a killed process or a lost network does. */
export class CuttableSockets {
  private readonly open = new Set<Socket>();
  private cutOff = false;

  readonly factory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port: this.cutOff ? 1 : port }, onConnect);
    this.open.add(socket);
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
}
