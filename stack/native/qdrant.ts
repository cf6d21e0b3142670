import { join } from 'node:path';

import { checkHttp } from './check-http.js';
import { qdrantFront } from './installed.js';
import type { Command, Service, ServiceContext } from './service.js';

/** The vector store: a front with Qdrant's REST API over Qdrant's own engine. */
export const qdrant: Service = { name: 'qdrant', needs: [], stopSignal: 'SIGTERM', prepare, check };

function prepare({ options, folder, installed }: ServiceContext): Promise<Command> {
  const address = ['--host', '127.0.0.1', '--port', String(options.ports.qdrant)];
  // Unbuffered, or a crash would take the last words of its log along.
  const program = ['-u', qdrantFront(), ...address, '--data', join(folder, 'data')];
  return Promise.resolve({ program: installed.python, arguments: program });
}

async function check(address: string): Promise<void> {
  await checkHttp(`${address}/readyz`);
}
