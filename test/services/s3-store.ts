import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cacheFolderOf, readInstalled } from '#stack';

import { eventually } from '../e2e/eventually.js';

/** A real S3-compatible store in a folder, with one bucket, on a free port of this machine. */
export interface S3Store {
  /** Settings of Penstock that lead to it. */
  readonly settings: {
    readonly stagingBucket: string;
    readonly stagingEndpoint: string;
    readonly stagingRegion: string;
    readonly stagingAccessKey: string;
    readonly stagingSecretKey: string;
    readonly stagingPathStyle: boolean;
  };
  /** Names of what lies in the bucket, whoever put it there. */
  objects(): string[];
  stop(): Promise<void>;
}

const bucket = 'staging';
const key = 'penstock-test';
const quiet = `<configuration><root level="OFF"/></configuration>`;
const jvm = ['-Xmx160m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.awt.headless=true'];

/** Starts the store that set-up installed, and waits until it answers. */
export async function startS3Store(): Promise<S3Store> {
  const { java, s3proxy } = readInstalled(cacheFolderOf(process.env));
  const folder = await mkdtemp(join(tmpdir(), 'penstock-s3-'));
  await mkdir(join(folder, 'data', bucket), { recursive: true });
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const properties = {
    's3proxy.endpoint': endpoint,
    's3proxy.authorization': 'aws-v4',
    's3proxy.identity': key,
    's3proxy.credential': key,
    'jclouds.provider': 'filesystem-nio2',
    'jclouds.filesystem.basedir': join(folder, 'data'),
  };
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
  await writeFile(join(folder, 's3proxy.properties'), lines.join('\n'));
  await writeFile(join(folder, 'logback.xml'), quiet);
  const main = ['org.gaul.s3proxy.Main', '--properties', join(folder, 's3proxy.properties')];
  const logging = `-Dlogback.configurationFile=${join(folder, 'logback.xml')}`;
  const child = spawn(java, [...jvm, logging, '-cp', join(s3proxy, '*'), ...main], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await eventually('the S3-compatible store to answer', async () => (await fetch(endpoint)).status);
  return {
    settings: {
      stagingBucket: bucket,
      stagingEndpoint: endpoint,
      stagingRegion: 'us-east-1',
      stagingAccessKey: key,
      stagingSecretKey: key,
      stagingPathStyle: true,
    },
    objects: () =>
      readdirSync(join(folder, 'data', bucket), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
