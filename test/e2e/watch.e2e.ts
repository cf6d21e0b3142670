import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { idInPartition } from '../faults/documents.js';
import { eventually } from './eventually.js';
import { aNamespace, stackEnvironment, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { runPenstock } from './run-penstock.js';

const patienceMs = 150_000;
const checkout = fileURLToPath(new URL('../../', import.meta.url));
const namespace = aNamespace('watch');
let penstock: PenstockUnderTest;

beforeAll(async () => {
  penstock = await startPenstock();
}, patienceMs);

afterAll(async () => {
  await penstock.stop();
  expect(penstock.fatal).toEqual([]);
}, patienceMs);

function environment(): Record<string, string> {
  return { PENSTOCK_HTTP_PORT: new URL(penstock.api.address).port, NO_COLOR: '1' };
}

/** The command as a person runs it, until Ctrl-C. */
function watching(...args: string[]): Running {
  return ingesting('--watch', ...args);
}

interface Running {
  said(pattern: RegExp): Promise<unknown>;
  interrupt(): Promise<number | null>;
  out(): string;
}

function ingesting(...args: string[]): Running {
  const command = ['ingest', '-n', namespace, ...args];
  const env = { ...process.env, ...stackEnvironment(), ...environment() };
  const node = `${checkout}node_modules/.bin/node`;
  const child = spawn(node, [`${checkout}dist/apps/penstock/main.js`, ...command], { env, cwd: checkout });
  let out = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (out += text.toString()));
  const ended = once(child, 'exit');
  return {
    out: () => out,
    said: (pattern) => eventually(`${pattern} in\n${out}`, () => pattern.exec(out) ?? undefined, patienceMs),
    interrupt: async () => {
      child.kill('SIGINT');
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}

describe('penstock ingest --watch', () => {
  it(
    'ingests what is there, what comes and what changes, a line each, deletes what is removed, and ends at Ctrl-C',
    async () => {
      const folder = join(penstock.uploadRoot, 'watched');
      await mkdir(join(folder, '.git'), { recursive: true });
      await writeFile(join(folder, 'a.txt'), 'John Smith is CEO of ACME Corporation.');
      await writeFile(join(folder, '.git', 'hidden.txt'), 'not this');
      const command = watching('--delete', folder);

      await command.said(/live +\S*a\.txt v1/u);
      await writeFile(join(folder, 'b.txt'), 'Bosch Technologies opened a plant.');
      await command.said(/live +\S*b\.txt v1/u);
      await writeFile(join(folder, 'b.txt'), 'Bosch Technologies closed a plant.');
      await command.said(/live +\S*b\.txt v2/u);
      await rm(join(folder, 'a.txt'));
      await command.said(/deleted +\S*a\.txt v1/u);

      expect(await command.interrupt()).toBe(0);
      expect(command.out()).not.toContain('hidden');
      expect(command.out()).toContain('Ctrl-C ends it');
    },
    patienceMs * 4,
  );

  it(
    'finds nothing to do for what is live as it is, and keeps documents of files that are removed unless asked',
    async () => {
      const path = join(penstock.uploadRoot, 'kept.txt');
      await writeFile(path, 'Jane Doe works for Globex Corporation.');
      await penstock.api.outcome(
        (await penstock.api.submit({ namespace, source: 'inline', documentId: 'other', content: 'x' })).ingestionId,
        patienceMs,
      );
      const first = watching(path);
      await first.said(/live +\S*kept\.txt v1/u);
      await first.interrupt();

      const second = watching(path);
      await second.said(/unchanged +\S*kept\.txt v2/u);
      await rm(path);
      await second.said(/removed +\S*kept\.txt: its document stays/u);
      expect(await second.interrupt()).toBe(0);

      expect((await penstock.api.document(namespace, path)).body).toMatchObject({ live: { version: 1 } });
    },
    patienceMs * 4,
  );

  it(
    'takes patterns, of which nothing need be there yet, and says which links it does not follow',
    async () => {
      const folder = join(penstock.uploadRoot, 'patterned');
      await mkdir(folder);
      await writeFile(join(folder, 'a.md'), 'Grace Hopper works for Initech Corporation.');
      await writeFile(join(folder, 'a.log'), 'not this');
      await symlink('/etc/hostname', join(folder, 'away.md'));
      const command = watching(join(folder, '**', '*.md'), join(folder, '*.rst'));

      await command.said(/live +\S*a\.md v1/u);
      await command.said(/skipped +\S*away\.md: a symbolic link, which is not followed \(symbolic-link\)/u);
      await mkdir(join(folder, 'deep'));
      await writeFile(join(folder, 'deep', 'b.md'), 'Ada Lovelace works for Globex Corporation.');
      await writeFile(join(folder, 'c.log'), 'nor this');
      await writeFile(join(folder, 'd.rst'), 'Alan Turing works for ACME Corporation.');
      await command.said(/live +\S*b\.md v1/u);
      await command.said(/live +\S*d\.rst v1/u);

      expect(await command.interrupt()).toBe(0);
      expect(command.out()).not.toContain('.log');
    },
    patienceMs * 4,
  );

  it(
    'reads records anew when their file changes, a line of outcome for each, and deletes those that are gone',
    async () => {
      const folder = join(penstock.uploadRoot, 'streamed');
      await mkdir(folder);
      const path = join(folder, 'orders.ndjson');
      await writeFile(path, '{"id": "w-1", "customer": "ACME"}\n{"id": "w-2", "customer": "Globex"}\n');
      const command = watching('--records', '--id-field', 'id', '--delete', join(folder, '*.ndjson'));
      await command.said(/live +w-1 v1/u);
      await command.said(/live +w-2 v1/u);

      await writeFile(path, '{"id": "w-1", "customer": "ACME"}\n{"id": "w-3", "customer": "Initech"}\n{"no": "id"}\n');

      await command.said(/unchanged +w-1 v2/u);
      await command.said(/live +w-3 v1/u);
      await command.said(/refused +\S*orders\.ndjson#3: the record has no id/u);
      await command.said(/deleted +w-2 v1/u);
      await rm(path);
      await command.said(/deleted +w-3 v1/u);
      expect(await command.interrupt()).toBe(0);
      expect(command.out()).not.toMatch(/deleted +w-1 v1/u);
      expect(command.out()).toMatch(/deleted +w-1 v2/u);
    },
    patienceMs * 4,
  );

  it(
    'refuses what can not be watched',
    async () => {
      const finished = await runPenstock(['ingest', '--watch', 'https://example.com/'], environment());

      expect(finished).toMatchObject({ code: 1, err: expect.stringContaining("can't be watched") });
    },
    patienceMs,
  );
});

describe('penstock ingest', () => {
  it(
    'ends at Ctrl-C with what is known so far, and what was submitted goes on',
    async () => {
      // In one partition the stager would go on asking for the slow one before it took the quick one.
      const inPartition = (name: string, partition: number): string =>
        idInPartition(namespace, name, partition, penstock.config.partitions);
      const path = inPartition(join(penstock.uploadRoot, 'quick.txt'), 0);
      await writeFile(path, 'Ada Lovelace works for Initech Corporation.');
      const asked = Promise.withResolvers<ServerResponse>();
      const server = createServer((_request, response) => asked.resolve(response));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const slow = inPartition(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slow.txt`, 1);
      const command = ingesting(path, slow);
      await command.said(/live +\S*quick\.txt\S* v1/u);
      const response = await asked.promise;

      const code = await command.interrupt();

      expect(code).toBe(130);
      const goesOn = /refused +\S*slow\.txt\S*: not waited for; ingestion (\S+) goes on \(interrupted\)/u.exec(
        command.out(),
      );
      response.setHeader('content-type', 'text/plain').end('Alan Turing works for Globex Corporation.');
      expect(await penstock.api.outcome(goesOn?.[1] ?? '', patienceMs)).toMatchObject({ status: 'live' });
      expect(command.out().match(/^(?:live|refused) /gmu)).toHaveLength(2);
      expect(command.out()).not.toMatch(/^ +at /mu);
      server.closeAllConnections();
      server.close();
    },
    patienceMs * 2,
  );
});

describe('penstock ingest --records', () => {
  it(
    'makes each line a document, says what became of it, and fails if one did not become live',
    async () => {
      const path = join(penstock.uploadRoot, 'orders.ndjson');
      await writeFile(path, '{"id": "r-1", "n": 12345678901234567890}\n{"n": 2}\n{"id": "r-2", "customer": "ACME"}\n');

      const finished = await runPenstock(
        ['ingest', path, '--records', '--id-field', 'id', '-n', namespace],
        environment(),
      );

      const lines = finished.out.trimEnd().split('\n').sort();
      expect(lines).toEqual([
        expect.stringMatching(/^live +r-1 v1/u),
        expect.stringMatching(/^live +r-2 v1/u),
        expect.stringMatching(/^refused +\S*orders\.ndjson#2: the record has no id \(bad-record\)/u),
      ]);
      expect(finished.code).toBe(1);
    },
    patienceMs * 2,
  );
});
