import { join } from 'node:path';

import { askOnce } from './ask-once.js';
import { redisConf } from './config-files.js';
import type { Command, Service, ServiceContext } from './service.js';
import { writePrivateFile } from './write-file.js';

/** Redis, durable by its append-only file. */
export const redis: Service = { name: 'redis', needs: [], stopSignal: 'SIGTERM', prepare, check };

async function prepare({ options, folder, installed }: ServiceContext): Promise<Command> {
  const conf = join(folder, 'redis.conf');
  await writePrivateFile(conf, redisConf(options.ports, folder));
  return { program: installed.redisServer, arguments: [conf] };
}

async function check(address: string): Promise<void> {
  const { hostname, port } = new URL(address);
  const answer = (await askOnce(hostname, Number(port), Buffer.from('PING\r\n'), '+PONG'.length)).toString();
  // While it reads its file back in, it answers with an error.
  if (answer !== '+PONG') throw new Error(`redis answered ${answer}`);
}
