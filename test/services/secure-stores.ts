import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { cacheFolderOf, findFreePorts, newDataFolder, postgresUser, readInstalled } from '#stack';

import type { Authority } from './certificates.js';
import type { KafkaUser as User } from './secure-kafka.js';

const installed = readInstalled(cacheFolderOf(process.env));

/** PostgreSQL and Redis of a test's own that speak TLS alone, and ask who comes. */
export class SecureStores {
  private readonly folder = newDataFolder('secure-stores');
  private readonly children: ChildProcess[] = [];

  constructor(private readonly authority: Authority) {}

  /** @returns its address, without what the client must say about TLS. */
  async startPostgres(user: User): Promise<string> {
    const [port = 0] = await findFreePorts(1);
    const owner = await postgresUser();
    const data = join(this.folder, 'postgres');
    mkdirSync(data, { mode: 0o700 });
    if (owner !== undefined) chownSync(data, owner.uid, owner.gid);
    const own = (name: string, text: string): string => {
      const path = this.write(name, text);
      if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
      return path;
    };
    const login = ['--auth=scram-sha-256', `--pwfile=${own('password', user.password)}`, `--username=${user.name}`];
    const initdb = join(installed.postgresFolder, 'initdb');
    const options = { stdio: 'ignore', cwd: '/', ...owner } as const;
    execFileSync(initdb, ['-D', data, ...login, '--encoding=UTF8', '--locale=C.UTF-8'], options);
    const { cert, key } = this.authority.vouchFor('postgres');
    own('postgres/server.crt', cert);
    own('postgres/server.key', key);
    own('postgres/pg_hba.conf', 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
    const listen = `listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\n`;
    own('postgres/postgresql.conf', `ssl = on\nport = ${port}\nmax_connections = 100\n${listen}`);
    this.children.push(spawn(join(installed.postgresFolder, 'postgres'), ['-D', data], options));
    return `postgres://${user.name}:${user.password}@localhost:${port}/postgres`;
  }

  /** Its default user may do nothing; the one given may do all. @returns its address. */
  async startRedis(user: User): Promise<string> {
    const [port = 0] = await findFreePorts(1);
    const { cert, key } = this.authority.vouchFor('redis');
    const lines = [
      'bind 127.0.0.1',
      'port 0',
      `tls-port ${port}`,
      `tls-cert-file ${this.write('redis.pem', cert)}`,
      `tls-key-file ${this.write('redis.key', key)}`,
      `tls-ca-cert-file ${this.authority.file}`,
      'tls-auth-clients no',
      'user default off',
      `user ${user.name} on >${user.password} ~* &* +@all`,
      `dir ${this.folder}`,
    ];
    const conf = this.write('redis.conf', `${lines.join('\n')}\n`);
    this.children.push(spawn(installed.redisServer, [conf], { stdio: 'ignore', cwd: this.folder }));
    return `rediss://${user.name}:${user.password}@localhost:${port}`;
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.children.map(async (child) => {
        const ended = new Promise((resolve) => void child.once('exit', resolve));
        if (child.exitCode === null && child.kill('SIGKILL')) await ended;
      }),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }
}
