import { setTimeout as delay } from 'node:timers/promises';

import { getContainerRuntimeClient, getReaper, ImageName, type ContainerRuntimeClient } from 'testcontainers';

const answerWithinMs = 5_000;
/** As Testcontainers calls a Docker whose ports are those of this machine. */
const here = ['localhost', '127.0.0.1'];

/** The Docker of this machine, found as Testcontainers finds it. Throws an Error that says why none can be used. */
export async function findDocker(): Promise<ContainerRuntimeClient> {
  const client = await inTime(getContainerRuntimeClient(), answerWithinMs, 'Docker took too long to answer').catch(
    (cause: unknown) => {
      const asked = process.env['DOCKER_HOST'];
      throw new Error(`Docker does not answer${asked ? ` at ${asked}` : ''} (${messageOf(cause)})`, { cause });
    },
  );
  const { host } = client.info.containerRuntime;
  if (!here.includes(host)) throw new Error(`Docker runs at ${host}, where loopback ports can't be reached from here`);
  return client;
}

/**
 * Pulls the images that are missing, and starts what removes containers if this process dies. Throws an Error as soon
 * as one can't be had, or when the time is over; Docker then goes on with the others as long as this process lives.
 */
export async function supplyImages(client: ContainerRuntimeClient, images: string[], withinMs: number): Promise<void> {
  const all = Promise.all(images.map((image) => supply(client, ImageName.fromString(image))));
  const supplied = all.then(() => getReaper(client));
  const late = `Docker did not pull all images within ${withinMs / 1000} s (docker compose --profile stack pull does)`;
  await inTime(supplied, withinMs, late);
}

async function supply(client: ContainerRuntimeClient, image: ImageName): Promise<void> {
  try {
    await client.image.pull(image);
  } catch (cause) {
    throw new Error(`Docker has no ${image.string} and can't pull it: ${messageOf(cause)}`, { cause });
  }
  // A pull that fails after it began ends without an error.
  if (!(await client.image.exists(image))) throw new Error(`Docker could not pull ${image.string}`);
}

async function inTime<T>(work: Promise<T>, withinMs: number, otherwise: string): Promise<T> {
  const watch = new AbortController();
  const late = delay(withinMs, undefined, watch).then(() => {
    throw new Error(otherwise);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    watch.abort();
  }
}

/** What an error says, in one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';
}
