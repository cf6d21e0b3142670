import { createWriteStream, mkdtempSync, rmSync, type WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import type { CallPage } from '#usage';

import { eventually } from '../e2e/eventually.js';
import { aNamespace, stackEnvironment, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { OpenAiServer } from '../openai/index.js';
import { RoleProcess } from './index.js';

const withinMs = 600_000;
/** Longer than the test: who waits for it is killed before. */
const neverMs = 3_600_000;
/** Calls that a busy process may break off, e.g. as its partition is taken away: they may have cost something. */
const brokenOff = ['aborted', 'model-timeout', 'model-broken-off'];
let folder: string;
let log: WriteStream;
let server: OpenAiServer;
let penstock: PenstockUnderTest;
let extractor: RoleProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'penstock-paid-once-'));
  log = createWriteStream(join(folder, 'extractor.log'));
  server = await OpenAiServer.start();
  const environment = {
    ...{ PENSTOCK_EXTRACTION_PROVIDER: 'openai', PENSTOCK_OPENAI_API_KEY: server.key },
    ...{ PENSTOCK_OPENAI_BASE_URL: server.baseUrl, PENSTOCK_OPENAI_CALLS_MAX: '1' },
    // Its group waits this long for each process that was killed.
    PENSTOCK_SESSION_TIMEOUT: '10s',
  };
  penstock = await startPenstock({}, ['extractor']);
  extractor = new RoleProcess(['extractor'], { ...stackEnvironment(), ...environment }, log);
  extractor.start();
  await extractor.isReady();
}, withinMs);

afterAll(async () => {
  await extractor.leave();
  await penstock.stop();
  await server.close();
  log.end();
  rmSync(folder, { recursive: true, force: true });
}, withinMs);

/** What became of the calls that were written down. */
async function outcomesOf(ingestionId: string): Promise<string[]> {
  const { body } = await penstock.api.ask('GET', `/v1/usage/calls?ingestionId=${ingestionId}&limit=200`);
  return (body as unknown as CallPage).items.map(({ outcome }) => outcome);
}

it(
  'a process that is killed in mid-document, three times, pays for no passage twice',
  async () => {
    const namespace = aNamespace('killed');
    const sentence = (at: number): string => `${namespace} says ${at}: Globex Corporation knows Initech Industries.`;
    const text = Array.from({ length: 200 }, (_, at) => sentence(at)).join(' ');
    const asked = (): string[] =>
      server.chats.map(({ passage }) => passage).filter((passage) => passage.includes(namespace));

    const { ingestionId } = await penstock.api.inline(namespace, 'long', text);
    for (const answered of [2, 5, 8]) {
      await eventually(`${answered} answers`, () => asked().length >= answered || undefined, withinMs);
      // One call at a time: when the next one is under way, the answers before it are kept.
      server.next.push({ slowMs: neverMs });
      await eventually('a call under way', () => server.next.length === 0 || undefined, withinMs);
      extractor.kill();
      await eventually('the call to be gone', () => server.running === 0 || undefined, withinMs);
    }
    const seen = await penstock.api.outcome(ingestionId, withinMs);
    const outcomes = await outcomesOf(ingestionId);

    expect(seen).toMatchObject({ status: 'live', cost: { calls: outcomes.length } });
    expect(outcomes.filter((outcome) => !brokenOff.includes(outcome))).toEqual(asked().map(() => 'answered'));
    expect(asked()).toHaveLength(new Set(asked()).size);
    expect(asked()).toHaveLength(seen.counts['chunks'] ?? -1);
    expect(asked().length).toBeGreaterThan(9);
  },
  withinMs,
);
