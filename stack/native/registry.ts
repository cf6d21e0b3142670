import { join } from 'node:path';

import { registryProperties } from './config-files.js';
import { checkHttp } from './check-http.js';
import { javaCommand } from './java-command.js';
import type { Command, Service, ServiceContext } from './service.js';
import { writePrivateFile } from './write-file.js';

/** The schema registry (Apicurio), with the API of Confluent's. */
export const registry: Service = { name: 'registry', needs: ['postgres'], stopSignal: 'SIGTERM', prepare, check };

async function prepare({ options, folder, installed }: ServiceContext): Promise<Command> {
  const properties = join(folder, 'application.properties');
  await writePrivateFile(properties, registryProperties(options.ports));
  return javaCommand(
    installed.java,
    192,
    // It answers a few requests at the start of each client: the quick compiler starts it sooner and is enough.
    ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Dquarkus.config.locations=${properties}`],
    [join(installed.registry, '*'), join(installed.registry, 'lib/*')],
    ['io.quarkus.runner.GeneratedMain'],
  );
}

async function check(address: string): Promise<void> {
  await checkHttp(`${address}/subjects`);
}
