import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import {
  addressesOf,
  cacheFolderOf,
  freePorts,
  servicePids,
  stackStatus,
  startService,
  startStack,
  stopStack,
  type StackOptions,
} from './index.js';
import { newDataFolder } from './new-data-folder.js';
import { readProcess } from './processes.js';
import { hasEnded } from './stop-stack.js';

let options: StackOptions;

beforeEach(async () => {
  options = { dataFolder: newDataFolder('stack'), cacheFolder: cacheFolderOf(process.env), ports: await freePorts() };
});

afterEach(async () => {
  await stopStack(options);
  rmSync(options.dataFolder, { recursive: true, force: true });
});

describe('a stack in trouble', () => {
  it('names the service, the port and the setting when a port is in use, and starts nothing', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    options = { ...options, ports: { ...options.ports, neo4j: port } };

    const start = startStack(options).finally(() => other.close());

    await expect(start).rejects.toThrow(new RegExp(`${port}, wanted by neo4j .*PENSTOCK_NEO4J_URL`));
    expect((await stackStatus(options)).every(({ state }) => state === 'stopped')).toBe(true);
  });

  it('shows the end of the log of a service that ends while it starts', async () => {
    mkdirSync(join(options.dataFolder, 'redis/appendonlydir'), { recursive: true });
    writeFileSync(join(options.dataFolder, 'redis/appendonlydir/appendonly.aof.manifest'), 'nonsense\n');

    const start = startService(options, 'redis');

    await expect(start).rejects.toThrow(/redis ended while it was starting[^]*redis\.log[^]*manifest/);
    expect((await stackStatus(options)).find(({ service }) => service === 'redis')?.state).toBe('crashed');
  });

  it('says that set-up has not run', async () => {
    const start = startStack({ ...options, cacheFolder: join(options.dataFolder, 'nowhere') });

    await expect(start).rejects.toThrow('run `npm run setup` first');
  });

  it('says which folder keeps PostgreSQL’s user out, when run as root', async () => {
    if (process.getuid?.() !== 0) return;
    chmodSync(options.dataFolder, 0o700);

    const start = startStack(options);

    await expect(start).rejects.toThrow(`may not enter ${options.dataFolder}`);
  });

  it('is stopped without touching a process that got the number of one of its own', async () => {
    const stranger = spawn('sleep', ['60']);
    mkdirSync(join(options.dataFolder, 'pids'));
    const record = { pid: stranger.pid, startedAt: 'an earlier boot:1', port: options.ports.redis };
    writeFileSync(join(options.dataFolder, 'pids/redis.json'), JSON.stringify(record));

    const outcomes = await stopStack(options);

    expect(outcomes.every(({ outcome }) => outcome === 'not-running')).toBe(true);
    expect(readProcess(stranger.pid ?? 0)).toBeDefined();
    stranger.kill();
  });

  it('starts PostgreSQL though a session of one that was killed does not end', async () => {
    await startService(options, 'postgres');
    const postmaster = readProcess(servicePids(options, 'postgres')[0] ?? 0);
    if (postmaster === undefined) throw new Error('PostgreSQL runs');
    const client = new pg.Client({ connectionString: addressesOf(options.ports).postgres });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const session = rows[0]?.pid ?? 0;
    process.kill(session, 'SIGSTOP');
    process.kill(postmaster.pid, 'SIGKILL');
    await hasEnded(postmaster, 10_000);

    await startService(options, 'postgres');

    expect((await stackStatus(options)).find(({ service }) => service === 'postgres')?.state).toBe('healthy');
    expect(readProcess(session)).toBeUndefined();
    await client.end().catch(() => undefined);
  });

  it('leaves nothing running when it is stopped, not even what is suspended', async () => {
    await startService(options, 'redis');
    await startService(options, 'postgres');
    const running = (await stackStatus(options)).flatMap(({ pid }) => pid ?? []);
    process.kill(running[0] ?? 0, 'SIGSTOP');

    await stopStack(options);

    expect(running).toHaveLength(2);
    expect(running.map(readProcess)).toEqual([undefined, undefined]);
    expect((await stackStatus(options)).every(({ state }) => state === 'stopped')).toBe(true);
  });
});
