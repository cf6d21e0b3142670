import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import pg from 'pg';

import { postgresName } from './addresses.js';
import { postgresConf } from './config-files.js';
import { postgresUser } from './postgres-user.js';
import { processesIn, signalProcess } from './processes.js';
import { checkTimeoutMs, type Command, type Service, type ServiceContext } from './service.js';
import { writePrivateFile } from './write-file.js';

const run = promisify(execFile);

/** PostgreSQL, with one database for Penstock and one for the schema registry. */
export const postgres: Service = { name: 'postgres', needs: [], stopSignal: 'SIGINT', prepare, check, provision };

async function prepare({ options, folder, installed }: ServiceContext): Promise<Command> {
  const user = await postgresUser();
  const data = join(folder, 'data');
  if (!existsSync(data)) await initialise(folder, data, installed.postgresFolder, user);
  endSessionsLeft(data);
  const conf = join(data, 'postgresql.conf');
  await writePrivateFile(conf, postgresConf(options.ports));
  if (user !== undefined) await chown(conf, user.uid, user.gid);
  return {
    program: join(installed.postgresFolder, 'postgres'),
    arguments: ['-D', data],
    ...(user === undefined ? {} : { user }),
  };
}

/**
 * Sessions of a postmaster that was killed end by themselves, but not those that wait for another one which is gone:
 * they wait for ever, and hold the memory that the next postmaster needs.
 */
function endSessionsLeft(data: string): void {
  for (const { pid } of processesIn(realpathSync(data))) signalProcess(pid, 'SIGKILL');
}

/** Fills a folder beside the real one first, so that an interrupted initdb is never taken for a database. */
async function initialise(folder: string, data: string, programs: string, user: Command['user']): Promise<void> {
  const partial = `${data}.partial`;
  const password = join(folder, 'password');
  await rm(partial, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await mkdir(partial, { mode: 0o700 });
  await writeFile(password, postgresName, { mode: 0o600 });
  if (user !== undefined) await Promise.all([partial, password].map((path) => chown(path, user.uid, user.gid)));
  const encoding = ['--encoding=UTF8', '--locale=C.UTF-8'];
  const authentication = ['--auth=scram-sha-256', `--pwfile=${password}`, `--username=${postgresName}`];
  await run(join(programs, 'initdb'), ['-D', partial, ...encoding, ...authentication], { cwd: '/', ...user });
  await rm(password);
  await rename(partial, data);
}

async function check(address: string): Promise<void> {
  await withClient(maintenanceUrl(address), async (client) => {
    await client.query('select 1');
  });
}

async function provision({ addresses }: ServiceContext): Promise<void> {
  await withClient(maintenanceUrl(addresses.postgres), async (client) => {
    for (const database of [postgresName, 'registry']) {
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
      if (rowCount === 0) await client.query(`create database ${database}`);
    }
  });
}

/** The database that every server has: Penstock's own is created only once the server answers. */
function maintenanceUrl(address: string): string {
  return address.replace(/[^/]*$/, 'postgres');
}

async function withClient(connectionString: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: checkTimeoutMs, query_timeout: 30_000 });
  // A server that goes away between two answers is reported by the query; unheard, the event would end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end();
  }
}
