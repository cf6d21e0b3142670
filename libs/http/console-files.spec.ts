import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';

import { consoleFiles } from './console-files.js';

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-console-'));
  await mkdir(join(folder, 'console/assets'), { recursive: true });
  await writeFile(join(folder, 'console/index.html'), '<!doctype html><title>Penstock</title>');
  await writeFile(join(folder, 'console/assets/index-1a2b.js'), 'export {}');
  await writeFile(join(folder, 'secret.txt'), 'what nobody may read');
  server = express()
    .use('/console', consoleFiles(join(folder, 'console')))
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function ask(path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
}

describe('the files of the console', () => {
  it('come with a policy that lets no text become script, style or HTML', async () => {
    const response = await ask('/console');
    const policy = response.headers.get('content-security-policy') ?? '';

    expect(new URL(response.url).pathname).toBe('/console/');
    expect(await response.text()).toContain('<title>Penstock</title>');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('are kept by browsers if their names hold their hash, else asked for anew', async () => {
    expect((await ask('/console/assets/index-1a2b.js')).headers.get('cache-control')).toContain('immutable');
    expect((await ask('/console/')).headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['/console/../secret.txt', '/console/..%2fsecret.txt', '/console/%2e%2e/secret.txt', '/console/nothing'])(
    'do not include %s',
    async (path) => {
      const response = await ask(path);

      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toContain('what nobody may read');
    },
  );
});
