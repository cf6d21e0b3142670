import { randomUUID } from 'node:crypto';

import { GenericContainer, getContainerRuntimeClient, Network, Wait, type StartedNetwork } from 'testcontainers';

import { allDone, inOrder, neededBy } from '#stack';

import type { ContainerDescription } from './describe-containers.js';

const label = 'org.penstock.test-service';
const startTimeoutMs = 180_000;
const lastLines = 15;
const everyState = ['created', 'restarting', 'running', 'paused', 'exited', 'dead'] as const;

/** Published on loopback only, as docker-compose.yml does: the services have passwords that all know, or none. */
class LoopbackContainer extends GenericContainer {
  publish(ports: ContainerDescription['ports']): this {
    this.withExposedPorts(...ports);
    this.hostConfig.PortBindings = Object.fromEntries(
      ports.map(({ container, host }) => [`${container}/tcp`, [{ HostIp: '127.0.0.1', HostPort: String(host) }]]),
    );
    return this;
  }
}

/**
 * Starts containers in a network of their own, each when those it needs are healthy, and waits until all are. Their
 * images have to be there. When one can't be started nothing is left of them, and the error ends with its last words.
 *
 * @returns what removes them, with their network and all they stored.
 */
export async function runContainers(descriptions: readonly ContainerDescription[]): Promise<() => Promise<void>> {
  checkNeeds(descriptions);
  const run = randomUUID();
  const network = await new Network().start();
  const remove = async (): Promise<void> => {
    await Promise.all(descriptions.map(({ name }) => removeContainer(`${run}/${name}`)));
    await network.stop();
  };
  try {
    // All are waited for: what is still being created can't be removed yet.
    await allDone(inOrder(descriptions, neededBy(descriptions), (one) => start(one, network, `${run}/${one.name}`)));
  } catch (error) {
    await remove();
    throw error;
  }
  return remove;
}

function checkNeeds(descriptions: readonly ContainerDescription[]): void {
  const names = new Set<string>(descriptions.map(({ name }) => name));
  const missing = descriptions.flatMap(({ needs }) => needs).find((name) => !names.has(name));
  if (missing !== undefined) throw new Error(`nothing describes ${missing}, which another container waits for`);
}

async function start(description: ContainerDescription, network: StartedNetwork, id: string): Promise<void> {
  const said: string[] = [];
  const container = containerOf(description)
    .withLabels({ [label]: id })
    .withNetwork(network);
  const ended = new Promise<never>((_, reject) => {
    container.withDefaultLogDriver().withLogConsumer((stream) =>
      stream
        .on('data', (words: string) => {
          said.push(...words.trimEnd().split('\n'));
          said.splice(0, said.length - lastLines);
        })
        .on('end', () => reject(new Error('it ended'))),
    );
  });
  try {
    // The health of one that ended stays what it was; who waits for that alone waits until the time is over.
    await Promise.race([container.start(), ended]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error([`${description.name} did not start from ${description.image}: ${why}`, ...said].join('\n'), {
      cause,
    });
  }
}

function containerOf({ name, image, command, environment, ports, files, health }: ContainerDescription) {
  const container = new LoopbackContainer(image)
    .publish(ports)
    .withNetworkAliases(name)
    .withEnvironment(environment)
    .withCopyContentToContainer(files.map((file) => ({ ...file, mode: 0o444 })))
    .withHealthCheck({
      test: health.test as ['CMD', ...string[]],
      interval: health.intervalMs,
      timeout: health.timeoutMs,
      startPeriod: health.startPeriodMs,
      retries: health.retries,
    })
    .withWaitStrategy(Wait.forHealthCheck())
    .withStartupTimeout(startTimeoutMs);
  return command === undefined ? container : container.withCommand([...command]);
}

/** Finds it by its label: one that failed half-way is known to nobody else. */
async function removeContainer(id: string): Promise<void> {
  const client = await getContainerRuntimeClient();
  const container = await client.container.fetchByLabel(label, id, { status: [...everyState] });
  await container?.remove({ force: true, v: true });
}
