import { rmSync } from 'node:fs';

import { addressesOf, cacheFolderOf, freePorts, newDataFolder, startStack, stopStack } from '#stack';
import type { StackAddresses } from '#stack';

import { describeContainers } from './describe-containers.js';
import { findDocker, messageOf, supplyImages } from './find-docker.js';
import { readCompose } from './read-compose.js';
import { runContainers } from './run-containers.js';

/** The services that a run of e2e tests has for itself. */
export interface TestServices {
  readonly addresses: StackAddresses;
  /** Ends them and removes all they stored. */
  stop(): Promise<void>;
}

const kinds = ['auto', 'native', 'containers'] as const;
/** Whoever asks for containers waits for their images; nobody else should notice that there is a Docker. */
const pullWithinMs = { auto: 120_000, containers: 900_000 };

/**
 * Starts the services on free ports: in containers where Docker answers and has or gets their images, else natively.
 * `asked` is the value of PENSTOCK_TEST_SERVICES; `containers` throws an Error where they can't be had. `say` is told,
 * in one line, which it is and why.
 */
export async function startServices(asked = 'auto', say: (line: string) => void): Promise<TestServices> {
  const kind = kinds.find((one) => one === asked);
  if (kind === undefined) throw new Error(`PENSTOCK_TEST_SERVICES is ${kinds.join(', ')}, not ${asked}`);
  if (kind === 'native') {
    say('services: native stack (PENSTOCK_TEST_SERVICES=native)');
    return startNative();
  }
  try {
    return await startContainers(pullWithinMs[kind], say);
  } catch (cause) {
    if (kind === 'containers') throw new Error(`no containers for the tests: ${sayFully(cause)}`, { cause });
    say(`services: native stack, no containers: ${messageOf(cause)}`);
    return startNative();
  }
}

async function startContainers(withinMs: number, say: (line: string) => void): Promise<TestServices> {
  const client = await findDocker();
  const ports = await freePorts();
  const descriptions = describeContainers(await readCompose(), ports);
  const images = descriptions.map(({ image }) => image);
  await supplyImages(client, images, withinMs);
  const stop = await runContainers(descriptions);
  say(`services: containers of docker-compose.yml, by Docker ${client.info.containerRuntime.serverVersion}`);
  return { addresses: addressesOf(ports), stop };
}

async function startNative(): Promise<TestServices> {
  const dataFolder = newDataFolder('test');
  const options = { dataFolder, cacheFolder: cacheFolderOf(process.env), ports: await freePorts() };
  const stop = async (): Promise<void> => {
    await stopStack(options);
    rmSync(dataFolder, { recursive: true, force: true });
  };
  try {
    const { addresses } = await startStack(options);
    return { addresses, stop };
  } catch (error) {
    // Nobody calls the teardown of a set-up that failed.
    await stopStack(options);
    throw error;
  }
}

function sayFully(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
