import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aNamespace, startPenstock } from '../e2e/penstock-under-test.js';
import { runPenstock } from '../e2e/run-penstock.js';
import { ManyDocuments } from './many-documents.js';

const namespace = aNamespace('audit-memory');
const [few, many] = [150, 1500];
/** Ten times the documents have 54 MB more text in each store. */
const growthBytesMax = 16 * 1024 * 1024;
const patienceMs = 900_000;
const sayLiveMemory = new URL('say-live-memory.mjs', import.meta.url);
let documents: ManyDocuments;

/** What an audit of these documents found, and how much it held on to at most. */
async function audit(): Promise<{ documents: number; findings: unknown[]; heldBytes: number }> {
  const environment = { NODE_OPTIONS: `--import ${sayLiveMemory.href}` };
  const { out, err } = await runPenstock(['audit', '--json', '-n', namespace], environment);
  if (out === '') throw new Error(err);
  const held = [...err.matchAll(/^held (\d+) bytes$/gm)].map(([, bytes]) => Number(bytes));
  return { ...(JSON.parse(out) as { documents: number; findings: unknown[] }), heldBytes: Math.max(...held) };
}

beforeAll(async () => {
  // Tables and collections are made by the roles.
  await (await startPenstock()).stop();
  documents = new ManyDocuments(namespace);
}, patienceMs);

afterAll(async () => {
  await documents.close();
}, patienceMs);

describe('the memory of an audit', () => {
  it(
    'is the same for ten times the documents',
    async () => {
      await documents.growTo(few);
      const before = await audit();
      await documents.growTo(many);

      const after = await audit();

      expect([before.documents, after.documents]).toEqual([few, many]);
      expect([...before.findings, ...after.findings]).toEqual([]);
      expect(before.heldBytes).toBeGreaterThan(0);
      expect(after.heldBytes - before.heldBytes).toBeLessThan(growthBytesMax);
    },
    2 * patienceMs,
  );
});
