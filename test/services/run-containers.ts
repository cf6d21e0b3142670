import { randomUUID } from 'node:crypto';

import { GenericContainer, getContainerRuntimeClient, Network, Wait, type StartedNetwork } from 'testcontainers';

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
  const run = randomUUID();
  const network = await new Network().start();
  const remove = async (): Promise<void> => {
    await Promise.all(descriptions.map(({ name }) => removeContainer(`${run}/${name}`)));
    await network.stop();
  };
  // All are waited for: what is still being created can't be removed yet.
  const outcomes = await Promise.allSettled(startAll(descriptions, network, run));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return remove;
  await remove();
  throw failed.reason;
}

function startAll(descriptions: readonly ContainerDescription[], network: StartedNetwork, run: string) {
  const started = new Map<string, Promise<void>>();
  const startNamed = (name: string): Promise<void> => {
    const description = descriptions.find((one) => one.name === name);
    if (description === undefined) throw new Error(`nothing describes ${name}, which another container waits for`);
    const known = started.get(name);
    if (known !== undefined) return known;
    const needed = Promise.all(description.needs.map(startNamed));
    const promise = needed.then(() => start(description, network, `${run}/${name}`));
    started.set(name, promise);
    return promise;
  };
  return descriptions.map(({ name }) => startNamed(name));
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
