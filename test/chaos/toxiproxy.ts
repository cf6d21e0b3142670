import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { findFreePorts } from '#stack';

import { eventually } from '../e2e/eventually.js';

/** What a link does to the bytes of its connections; `downstream` is the way from the service to its client. */
export interface Toxic {
  readonly type: 'latency' | 'bandwidth' | 'slicer' | 'timeout' | 'reset_peer' | 'limit_data';
  readonly stream: 'upstream' | 'downstream';
  readonly attributes: Readonly<Record<string, number>>;
}

/** The toxiproxy that set-up built, as a process of its own. */
export class Toxiproxy {
  private constructor(
    private readonly child: ChildProcess,
    private readonly address: string,
  ) {}

  static async start(program: string): Promise<Toxiproxy> {
    const [port = 0] = await findFreePorts(1);
    const child = spawn(program, ['-host', '127.0.0.1', '-port', String(port)], {
      env: { ...process.env, LOG_LEVEL: 'error' },
      stdio: 'ignore',
    });
    const toxiproxy = new Toxiproxy(child, `http://127.0.0.1:${port}`);
    await eventually('toxiproxy to answer', async () => (await fetch(`${toxiproxy.address}/version`)).ok || undefined);
    return toxiproxy;
  }

  /** Adds a proxy before an address; answers the port it listens on. */
  async add(name: string, upstream: string): Promise<number> {
    const answer = await this.ask('POST', '/proxies', { name, upstream, listen: '127.0.0.1:0', enabled: true });
    return Number(
      String((answer as { listen: string }).listen)
        .split(':')
        .pop(),
    );
  }

  /** Cuts the link, with all its connections, or opens it again. */
  async enable(name: string, enabled: boolean): Promise<void> {
    await this.ask('POST', `/proxies/${encodeURIComponent(name)}`, { enabled });
  }

  async poison(name: string, toxic: Toxic): Promise<void> {
    const id = `${toxic.type}-${toxic.stream}`;
    await this.ask('POST', `/proxies/${encodeURIComponent(name)}/toxics`, { name: id, toxicity: 1, ...toxic });
  }

  async cure(name: string, toxic: Toxic): Promise<void> {
    await this.ask('DELETE', `/proxies/${encodeURIComponent(name)}/toxics/${toxic.type}-${toxic.stream}`);
  }

  /** Opens every link and takes every toxic away. */
  async reset(): Promise<void> {
    await this.ask('POST', '/reset');
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  private async ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.address}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`toxiproxy: ${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
