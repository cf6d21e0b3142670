import { join } from 'node:path';

import neo4jDriver from 'neo4j-driver';

import { neo4jConf } from './config-files.js';
import { javaCommand } from './java-command.js';
import { checkTimeoutMs, type Command, type Service, type ServiceContext } from './service.js';
import { writePrivateFile } from './write-file.js';

const openPackages = ['java.nio', 'java.io', 'sun.nio.ch'];

/** Neo4j's engine with its Bolt connector, run by stack/java/GraphServer.java. */
export const neo4j: Service = { name: 'neo4j', needs: [], stopSignal: 'SIGTERM', prepare, check };

async function prepare({ options, folder, installed }: ServiceContext): Promise<Command> {
  await writePrivateFile(join(folder, 'neo4j.conf'), neo4jConf(options.ports));
  return javaCommand(
    installed.java,
    1024,
    openPackages.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
    [installed.graphServer, join(installed.neo4j, '*')],
    ['GraphServer', folder],
  );
}

async function check(address: string): Promise<void> {
  const driver = neo4jDriver.driver(address, undefined, {
    connectionTimeout: checkTimeoutMs / 2,
    connectionAcquisitionTimeout: checkTimeoutMs,
  });
  try {
    // The connector answers before the database does, and only the database makes the service useful. A session's own
    // `run` asks once, where a managed transaction would retry for half a minute.
    await driver.session({ database: 'neo4j' }).run('RETURN 1', {}, { timeout: checkTimeoutMs });
  } finally {
    await driver.close();
  }
}
