import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ContainerRuntimeClient } from 'testcontainers';

import { findDocker, supplyImages } from './find-docker.js';

const patienceMs = 60_000;
const asked: string[] = [];
const server = createServer(answer);
const before = { ...process.env };
let docker: ContainerRuntimeClient;

/** A Docker that has one image, and can't get others in three ways. */
function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, 'http://docker');
  asked.push(pathname);
  const json = (status: number, body: object): void => void response.writeHead(status).end(JSON.stringify(body));
  if (pathname === '/info') return json(200, { ServerVersion: '28.5.1', OperatingSystem: 'Debian', OSType: 'linux' });
  if (pathname === '/containers/json') return json(200, []);
  if (pathname === '/images/here:1/json') return json(200, { Id: 'sha256:1' });
  if (pathname.startsWith('/images/') && pathname !== '/images/create') return json(404, { message: 'No such image' });
  const image = searchParams.get('fromImage');
  if (image === 'unknown') return json(500, { message: 'lookup registry-1.docker.io: no such host' });
  // One that begins and fails says so in a stream; of any other the first word never comes.
  if (image === 'broken') return json(200, { error: 'unexpected EOF' });
}

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env['DOCKER_HOST'] = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  docker = await findDocker();
});

afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe('images that tests need', () => {
  it('are not asked for again where Docker has them', async () => {
    await supplyImages(docker, ['here:1'], patienceMs);

    expect(asked).not.toContain('/images/create');
  });

  it('that can not be pulled are named at once with the reason, however long others take', async () => {
    const supplied = supplyImages(docker, ['here:1', 'endless:2', 'unknown:3'], patienceMs);

    await expect(supplied).rejects.toThrow(/^Docker has no unknown:3 and can't pull it: .*no such host/);
  });

  it('are looked for after a pull, which may fail without an error', async () => {
    await expect(supplyImages(docker, ['broken:4'], patienceMs)).rejects.toThrow('Docker could not pull broken:4');
  });

  it('are waited for no longer than was said', async () => {
    await expect(supplyImages(docker, ['endless:2'], 100)).rejects.toThrow('did not pull all images within 0.1 s');
  });
});
