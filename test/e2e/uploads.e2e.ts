import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request, type ClientRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setInterval } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { eventually } from './eventually.js';
import { acceptedOf, type Answer } from './penstock-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { startRoles } from './run-penstock.js';

const patienceMs = 120_000;
const mib = 1024 ** 2;
const idleMs = 1_000;
const namespace = aNamespace('uploads');
const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
const end = '\r\n--b--\r\n';
let penstock: PenstockUnderTest;

jest.setTimeout(2 * patienceMs);

beforeAll(async () => {
  penstock = await startPenstock({ uploadIdleMs: idleMs, uploadTimeoutMs: 4_000, uploadBytesMax: mib });
});

afterAll(async () => {
  await penstock.stop();
  expect(penstock.fatal).toEqual([]);
});

/** A form whose body is written piece by piece, and what becomes of it. */
function aForm(address: string): { readonly sending: ClientRequest; readonly answer: Promise<Answer> } {
  const headers = { 'content-type': 'multipart/form-data; boundary=b', 'transfer-encoding': 'chunked' };
  const sending = request(`${address}/v1/documents`, { method: 'POST', headers, agent: false });
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  sending.on('response', (response) => {
    let text = '';
    response.on('data', (piece: Buffer) => (text += piece.toString()));
    response.on('close', () => {
      const contentType = response.headers['content-type'] ?? '';
      const body = contentType.includes('json') ? (JSON.parse(text) as Record<string, unknown>) : { text };
      resolve({ status: response.statusCode ?? 0, contentType, body });
    });
  });
  sending.on('error', reject);
  return { sending, answer: promise };
}

function field(name: string | undefined, value: string): string {
  const named = name === undefined ? '' : `; name="${name}"`;
  return `--b\r\ncontent-disposition: form-data${named}\r\n\r\n${value}\r\n`;
}

function post(...parts: string[]): Promise<Answer> {
  const body = `${parts.join('')}${head}Marta winds the gauge.${end}`;
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  return penstock.api.ask('POST', '/v1/documents', { body, headers });
}

/** Neither an ingestion nor a byte is left. */
async function nothingIsLeft(): Promise<void> {
  const { body } = await penstock.api.ask('GET', `/v1/ingestions?namespace=${namespace}`);
  expect(body).toEqual({ items: [] });
  await eventually('staging to be empty', async () => (await penstock.stagedFiles()).length === 0 || undefined, 10_000);
}

describe('an upload that stands still', () => {
  it.each([
    ['before its first byte', ''],
    ['in a field', `${field('namespace', namespace)}--b\r\ncontent-disposition: form-data; name="title"\r\n\r\nA ti`],
    ['in its file', `${field('namespace', namespace)}${head}half a fi`],
    ['before its end', `${field('namespace', namespace)}${head}a whole file\r\n--b`],
  ])('is refused once it has been silent for too long, %s', async (_where, sent) => {
    const { sending, answer } = aForm(penstock.api.address);
    const startedMs = performance.now();
    sending.flushHeaders();
    if (sent !== '') sending.write(sent);

    expect(await answer).toMatchObject({ status: 408, body: { reason: 'timeout' } });

    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(idleMs * 0.9);
    sending.destroy();
    await nothingIsLeft();
  });
});

describe('an upload that drips, and so is never silent', () => {
  it('is ended at the limit of a whole request, and leaves nothing', async () => {
    const { sending, answer } = aForm(penstock.api.address);
    const over = Promise.allSettled([answer]).then(() => true);
    sending.write(`${field('namespace', namespace)}${head}`);
    let isOver = false;
    void over.then(() => (isOver = true));
    for await (const _tick of setInterval(200)) {
      if (isOver) break;
      sending.write('x');
    }
    sending.destroy();

    const outcome = await answer.catch(({ code }: NodeJS.ErrnoException) => code);
    if (typeof outcome === 'string') expect(outcome).toMatch(/^(?:ECONNRESET|EPIPE)$/u);
    else expect(outcome).toMatchObject({ status: 408 });
    await nothingIsLeft();
  });
});

describe('a form', () => {
  const refusals: readonly (readonly [string, number, RegExp, () => Promise<Answer>])[] = [
    ['with a second file', 400, /^one file at a time$/u, () => post(`${head}Another file.\r\n`)],
    [
      'with the same field twice',
      400,
      /^field "title" stands twice$/u,
      () => post(field('title', 'A'), field('title', 'B')),
    ],
    ['with a field without a name', 400, /^a field has no name$/u, () => post(field('', 'A'))],
    ['with a field that nobody knows', 400, /colour/u, () => post(field('colour', 'red'))],
    [
      'with more fields than anybody needs',
      400,
      /^more than 100 (?:fields|parts)$/u,
      () => post(...Array.from({ length: 101 }, (_, n) => field(`f${n}`, 'x'))),
    ],
    [
      'with a value that is too long',
      400,
      /^field "title" is too long$/u,
      () => post(field('title', 'x'.repeat(64 * 1024 + 1))),
    ],
    ['with a name that is too long', 400, /is too long$/u, () => post(field('n'.repeat(4_000), 'x'))],
    ['with metadata that is no object', 400, /^metadata must be a JSON object/u, () => post(field('metadata', '[1]'))],
    [
      'with two thousand parts',
      400,
      /^(?:one file at a time|more than 100 (?:fields|parts))$/u,
      () => post(...Array.from({ length: 1_000 }, (_, n) => field(`f${n}`, 'x') + `${head}x\r\n`)),
    ],
  ];

  it.each(refusals)('%s is refused', async (_what, status, detail, send) => {
    const answer = await send();

    expect(answer).toMatchObject({ status, body: { status, detail: expect.stringMatching(detail) } });
    expect(answer.contentType).toContain('application/problem+json');
    await nothingIsLeft();
  });

  it('with every field that is known, after the file as well as before it, is taken', async () => {
    const own = aNamespace('uploads');
    const after = field('title', 'A title') + field('metadata', '{"team": "north"}');
    const body = `${field('namespace', own)}${head}Marta winds the gauge.\r\n${after}--b--\r\n`;
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };

    const { ingestionId } = acceptedOf(await penstock.api.ask('POST', '/v1/documents', { body, headers }));

    const seen = await penstock.api.outcome(ingestionId, patienceMs);
    expect(seen).toMatchObject({ status: 'live', title: 'A title', metadata: { team: 'north', filename: 'a.txt' } });
  });
});

describe('an upload of 300 MB', () => {
  it('passes through the process of the API without ever being in its memory', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'penstock-uploads-'));
    const environment = { PENSTOCK_STAGING_FOLDER: folder, PENSTOCK_UPLOAD_BYTES_MAX: '400MiB' };
    const role = await startRoles(['api'], environment, patienceMs);
    try {
      const sent = createHash('sha256');
      // The first upload loads what every upload needs.
      await uploadTo(role.address, 1, createHash('sha256'));
      const beforeBytes = role.residentBytes();

      const answer = await uploadTo(role.address, 300, sent);

      const grownBytes = role.peakBytes() - beforeBytes;
      const { ingestionId } = acceptedOf(answer);
      const staged = (await readdir(folder, { recursive: true })).find((name) => name.endsWith(ingestionId));
      const kept = createHash('sha256');
      await pipeline(createReadStream(join(folder, staged ?? '')), kept);
      expect(kept.digest('hex')).toBe(sent.digest('hex'));
      expect(grownBytes).toBeLessThan(100 * mib);
    } finally {
      await role.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });

  async function uploadTo(address: string, mebibytes: number, hash: ReturnType<typeof createHash>): Promise<Answer> {
    const { sending, answer } = aForm(address);
    const pieces = function* (): Generator<Buffer> {
      yield Buffer.from(`${field('namespace', namespace)}${head}`);
      for (let number = 0; number < mebibytes; number += 1) {
        const piece = Buffer.alloc(mib, `line ${number} `);
        hash.update(piece);
        yield piece;
      }
      yield Buffer.from(end);
    };
    await pipeline(Readable.from(pieces()), sending);
    return answer;
  }
});
