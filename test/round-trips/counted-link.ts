import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Stands between a process and a service and counts how often the process speaks and waits: what it sends at once, in
 * however many pieces, is one round trip.
 */
export class CountedLink {
  count = 0;
  /** Connections on which an answer is awaited. */
  private readonly waiting = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
    /** The address of the service, by this link. */
    readonly url: string,
  ) {}

  static async to(url: string): Promise<CountedLink> {
    const { hostname, port } = new URL(url);
    const sockets = new Set<Socket>();
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const here = new URL(url);
    here.hostname = '127.0.0.1';
    here.port = String((server.address() as AddressInfo).port);
    const link = new CountedLink(server, sockets, here.href);
    server.on('connection', (client) => link.join(client, connect(Number(port), hostname)));
    return link;
  }

  /** Whether all that was asked is answered. */
  get idle(): boolean {
    return this.waiting.size === 0;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, service: Socket): void {
    client.on('data', (bytes) => {
      if (!this.waiting.has(client)) this.count += 1;
      this.waiting.add(client);
      service.write(bytes);
    });
    service.on('data', (bytes) => {
      this.waiting.delete(client);
      client.write(bytes);
    });
    client.on('close', () => this.waiting.delete(client));
    for (const [one, other] of [
      [client, service],
      [service, client],
    ] as const) {
      this.sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }
}
