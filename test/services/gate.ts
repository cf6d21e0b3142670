import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Told of each connection before anything passes. */
export type OnConnection = (client: Socket, service: Socket) => void;

/** The way of one process to a service, which can be cut. */
export class Gate {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private isOpen = true;

  constructor(to: URL, onConnection?: OnConnection) {
    this.server = createServer((socket) => {
      if (!this.isOpen) {
        socket.destroy();
        return;
      }
      const onward = connect(Number(to.port), to.hostname);
      onConnection?.(socket, onward);
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        this.sockets.add(one);
        one.on('error', () => other.destroy()).on('close', () => this.sockets.delete(one));
        one.pipe(other);
      }
    });
  }

  /** @returns where it listens. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.isOpen = false;
    for (const socket of this.sockets) socket.destroy();
  }

  heal(): void {
    this.isOpen = true;
  }

  close(): void {
    this.cut();
    this.server.close();
  }
}
