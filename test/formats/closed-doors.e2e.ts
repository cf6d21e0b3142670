import { execFile } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ParsePool } from '#pipeline/parser';

import { readersOf, type ReaderProcess } from './processes.js';
import { aParsePool } from './read-here.js';
// @ts-expect-error It runs in processes that know no types.
import { doors as untypedDoors } from './doors.mjs';

const doors = untypedDoors as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const all = Object.entries(doors).flatMap(([kind, some]) => Object.keys(some).map((name) => [kind, name] as const));
const root = join(import.meta.dirname, '../..');
const parserFolder = join('dist', 'libs', 'pipeline', 'parser');

/** Whoever calls here is counted. */
class Listeners {
  private readonly servers: Server[] = [];
  private readonly datagrams: Socket = createSocket('udp4');
  reached = 0;

  async open(folder: string): Promise<Places> {
    const socket = join(folder, 'socket');
    const [tcp, local, http] = [createServer(), createServer(), createHttpServer((_, answer) => answer.end('x'))];
    for (const server of [tcp, local, http]) {
      this.servers.push(server.on('connection', () => (this.reached += 1)));
    }
    for (const server of [tcp, local])
      server.on('connection', (caller) => caller.on('error', () => undefined).end('x'));
    this.datagrams.on('message', (question, { port, address }) => {
      this.reached += 1;
      const answer = Buffer.from(question);
      if (answer.length < 12) return;
      answer.writeUInt16BE(0x8180, 2); // An answer to the question, without addresses.
      this.datagrams.send(answer, port, address);
    });
    const ready = [tcp.listen(0, '127.0.0.1'), local.listen(socket), http.listen(0, '127.0.0.1')];
    await Promise.all([...ready, this.datagrams.bind(0, '127.0.0.1')].map((server) => once(server, 'listening')));
    const port = (server: Server): number => (server.address() as AddressInfo).port;
    return {
      folder,
      socket,
      tcp: port(tcp),
      udp: this.datagrams.address().port,
      http: `http://127.0.0.1:${port(http)}`,
    };
  }

  close(): void {
    for (const server of this.servers) server.close();
    this.datagrams.close();
  }
}

interface Places {
  readonly folder: string;
  readonly socket: string;
  readonly tcp: number;
  readonly udp: number;
  readonly http: string;
}

/** An installation whose reader of plain text has turned bad, and files beside it that are nobody's business. */
function anInstallation(): string {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-doors-'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  copyFileSync(join(import.meta.dirname, 'doors.mjs'), join(folder, parserFolder, 'formats', 'doors.mjs'));
  copyFileSync(join(import.meta.dirname, 'reader-gone-bad.mjs'), join(folder, parserFolder, 'formats', 'text.js'));
  for (const name of ['outside.txt', 'outside.cjs', 'renamed.txt', 'deleted.txt'])
    writeFileSync(join(folder, name), '');
  writeFileSync(join(folder, 'outside.txt'), 'A=b\n');
  return folder;
}

/** Everything in a folder, and how large it is and when it was changed. */
function contentOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('node_modules'))
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .sort();
}

const folders = [anInstallation(), anInstallation()];
const [ordinary = '', reading = ''] = folders;
const listeners = new Listeners();
let places: Places;
let pool: ParsePool;
let reader: ReaderProcess | undefined;
let contentBefore: readonly string[];

beforeAll(async () => {
  places = await listeners.open(reading);
  pool = aParsePool({ entry: pathToFileURL(join(reading, parserFolder, 'worker', 'main.js')) });
  contentBefore = contentOf(reading);
  await outcomeOf('network', 'fetch');
  [reader] = readersOf(process.pid);
});

afterAll(() => {
  pool.close();
  listeners.close();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function outcomeOf(kind: string, name: string): Promise<string> {
  const request = {
    bytes: Buffer.from([kind, name, JSON.stringify(places)].join('\n')),
    mediaType: 'text/plain',
    chunks: { chunkTokens: 300, chunkOverlapTokens: 0 },
    limits: { inflatedBytesMax: 1_000, childrenMax: 0 },
  };
  const { passages } = await pool.read(request, new AbortController().signal);
  return passages.map(({ text }) => text).join('\n');
}

describe('a reader that has turned bad', () => {
  it('would come through every door in an ordinary process', async () => {
    const script = `
      const { attempt } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'doors.mjs')).href)});
      const came = {};
      for (const [kind, name] of ${JSON.stringify(all)}) {
        came[name] = await attempt(kind, name, ${JSON.stringify({ ...places, folder: ordinary })});
      }
      process.stdout.write(JSON.stringify(came), () => process.exit());`;
    const flags = ['--no-warnings', '--inspect-port=0', '--input-type=module', '--eval', script];

    const { stdout } = await promisify(execFile)(process.execPath, flags, { env: {} });

    expect(JSON.parse(stdout)).toEqual(Object.fromEntries(all.map(([, name]) => [name, 'open'])));
    expect(listeners.reached).toBeGreaterThanOrEqual(10);
  });

  it.each(all)('finds the door closed in a process that reads documents: %s, %s', async (kind, name) => {
    const reachedBefore = listeners.reached;

    const outcome = await outcomeOf(kind, name);

    expect(outcome).toMatch(
      /^closed: (?:ERR_ACCESS_DENIED|ERR_DLOPEN_DISABLED| a document may reach nothing but its reader)/u,
    );
    expect(listeners.reached).toBe(reachedBefore);
  });

  it('has made, changed and removed nothing, and is still the process that it was', () => {
    expect(contentOf(reading)).toEqual(contentBefore);
    expect(readersOf(process.pid).map(({ pid }) => pid)).toEqual([reader?.pid]);
  });
});
