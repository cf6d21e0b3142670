import { QdrantClient } from '@qdrant/js-client-rest';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { cacheFolderOf } from '../native/cache-folder.js';
import { readInstalled } from '../native/installed.js';

/** The interpreter that set-up made for the front, with its packages. */
const PYTHON = readInstalled(cacheFolderOf(process.env)).python;
const START_TIMEOUT_MS = 20_000;
const POLL_MS = 50;
const SCRIPT = join(import.meta.dirname, 'server.py');

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** A front of a test's own: a process on a free port over a temporary directory that survives its restarts. */
export class FrontProcess {
  private port = 0;
  private directory = '';
  private process: ChildProcess | undefined;
  private log = '';

  /** Its address, as the official client takes it. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Start on the same port and data as before, if there was a before; resolves once it answers. */
  async start(): Promise<void> {
    this.port ||= await freePort();
    this.directory ||= await mkdtemp(join(tmpdir(), 'qdrant-front-'));
    const started = this.launch();
    this.process = started;
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await this.answers())) {
      if (started.exitCode !== null || performance.now() > deadline) {
        throw new Error(`the front did not start: ${this.log}`);
      }
      await delay(POLL_MS);
    }
  }

  /** Try to start a second process over the same data; resolves with its exit code. */
  async exitCodeOfSecond(): Promise<number | null> {
    const second = this.launch();
    await once(second, 'exit');
    return second.exitCode;
  }

  /** End it and wait until it is gone. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const running = this.process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return running?.exitCode ?? null;
    const gone = once(running, 'exit');
    running.kill(signal);
    await gone;
    return running.exitCode;
  }

  /** Where a collection keeps what its shard was while it rewrites it; undefined as long as none does. */
  async restorePoint(): Promise<string | undefined> {
    const collections = join(this.directory, 'collections');
    const paths = (await readdir(collections)).map((name) => join(collections, name));
    for (const path of paths) if ((await readdir(path)).includes('shard.kept')) return path;
    return undefined;
  }

  /** Copy its data as it stands on the disk, and say where to. */
  async copy(): Promise<string> {
    const copy = `${this.directory}.copy`;
    await cp(this.directory, copy, { recursive: true });
    return copy;
  }

  /** Bring a copy back, but for folders of one name, which stay as they are. */
  async putBack(copy: string, { but }: { readonly but: string }): Promise<void> {
    const newer = `${this.directory}.newer`;
    await cp(this.directory, newer, { recursive: true });
    await rm(this.directory, { recursive: true });
    await cp(copy, this.directory, { recursive: true });
    for (const entry of await readdir(newer, { recursive: true, withFileTypes: true })) {
      if (!entry.isDirectory() || entry.name !== but) continue;
      const place = join(entry.parentPath.replace(newer, this.directory), but);
      await rm(place, { recursive: true, force: true });
      await cp(join(entry.parentPath, but), place, { recursive: true });
    }
  }

  /** End it and remove its data. */
  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    for (const end of ['', '.copy', '.newer']) await rm(`${this.directory}${end}`, { recursive: true, force: true });
  }

  /** A client of its own, with connections of its own. */
  client(): QdrantClient {
    return new QdrantClient({ url: this.url, checkCompatibility: false });
  }

  private launch(): ChildProcess {
    const started = spawn(PYTHON, [SCRIPT, '--port', String(this.port), '--data', this.directory], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    started.stderr.on('data', (text: Buffer) => (this.log += text.toString()));
    return started;
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      return false;
    }
  }
}
