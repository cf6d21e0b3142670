import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { askOnce } from './ask-once.js';
import { kafkaLogging, kafkaProperties } from './config-files.js';
import { javaCommand } from './java-command.js';
import type { Command, Service, ServiceContext } from './service.js';
import { writePrivateFile } from './write-file.js';

const run = promisify(execFile);
const metadataHeadBytes = 12;

/** Kafka as one KRaft node, broker and controller in one process. */
export const kafka: Service = { name: 'kafka', needs: [], stopSignal: 'SIGTERM', prepare, check };

async function prepare({ options, folder, installed }: ServiceContext): Promise<Command> {
  const properties = join(folder, 'server.properties');
  const logFolder = join(folder, 'data');
  const logging = join(folder, 'log4j2.properties');
  await writePrivateFile(properties, kafkaProperties(options.ports, logFolder, options.kafkaProxies));
  await writePrivateFile(logging, kafkaLogging());
  const java = (heapMegabytes: number, main: readonly string[]): Command =>
    javaCommand(
      installed.java,
      heapMegabytes,
      [`-Dlog4j2.configurationFile=${logging}`],
      [join(installed.kafka, '*')],
      main,
    );
  const idFile = join(folder, 'cluster.id');
  if (!existsSync(idFile)) {
    // The id is written last: without it nothing was ever stored here, and what an interrupted attempt left can go.
    await rm(logFolder, { recursive: true, force: true });
    const id = clusterId(randomBytes(16));
    const format = java(128, ['kafka.tools.StorageTool', 'format', '-t', id, '-c', properties]);
    await run(format.program, [...format.arguments]);
    await writePrivateFile(idFile, id);
  }
  return java(384, ['kafka.Kafka', properties]);
}

/** Kafka's form of a UUID. One that begins with a hyphen would be taken for an option on the command line. */
export function clusterId(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url').replace(/^-/, 'A');
}

async function check(address: string): Promise<void> {
  const [host = '', port] = address.split(':');
  const answer = await askOnce(host, Number(port), metadataRequest(), metadataHeadBytes);
  if (answer.length < metadataHeadBytes || answer.readInt32BE(8) === 0)
    throw new Error('no broker has joined the cluster yet');
}

/**
 * A Metadata request, version 1, for no topic: the answer begins with its size, the correlation id and the number of
 * brokers.
 */
export function metadataRequest(): Buffer {
  const client = Buffer.from('penstock.health');
  const request = Buffer.alloc(4 + 10 + client.length + 4);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(3, 4);
  request.writeInt16BE(1, 6);
  request.writeInt32BE(1, 8);
  request.writeInt16BE(client.length, 12);
  client.copy(request, 14);
  return request;
}
