import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';

/** Bad inputs name `127.0.0.1:20009` wherever they want to be looked at, fetched, submitted or logged in to. */
const address = { host: '127.0.0.1', port: 20_009 };

/** Listens where bad inputs lead, and counts who calls there. */
export class Canary {
  private readonly server: Server = createServer((caller) => {
    this.calls += 1;
    caller.on('error', () => undefined).end();
  });
  calls = 0;

  async listen(): Promise<void> {
    await once(this.server.listen(address), 'listening');
  }

  /** Calls there itself, as a document would have it done. */
  async call(): Promise<void> {
    await once(connect(address).resume(), 'close');
  }

  close(): void {
    this.server.close();
  }
}
