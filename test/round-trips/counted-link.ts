import type { Socket } from 'node:net';

import { Gate } from '../services/gate.js';

/**
 * Stands between a process and a service and counts how often the process speaks and waits: what it sends at once, in
 * however many pieces, is one round trip.
 */
export class CountedLink {
  count = 0;
  /** Connections on which an answer is awaited. */
  private readonly waiting = new Set<Socket>();
  private readonly gate: Gate;
  private readonly here: URL;

  private constructor(service: string) {
    this.gate = new Gate(new URL(service), (client, onward) => this.watch(client, onward));
    this.here = new URL(service);
  }

  /** @returns a link that listens. */
  static async to(url: string): Promise<CountedLink> {
    const link = new CountedLink(url);
    link.here.host = await link.gate.listen();
    return link;
  }

  /** The address of the service, by this link. */
  get url(): string {
    return this.here.href;
  }

  /** Whether all that was asked is answered. */
  get idle(): boolean {
    return this.waiting.size === 0;
  }

  close(): void {
    this.gate.close();
  }

  private watch(client: Socket, service: Socket): void {
    for (const socket of [client, service]) socket.setNoDelay(true);
    client.on('data', () => {
      if (!this.waiting.has(client)) this.count += 1;
      this.waiting.add(client);
    });
    service.on('data', () => this.waiting.delete(client));
    client.on('close', () => this.waiting.delete(client));
  }
}
