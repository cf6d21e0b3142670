import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aNamespace, startPenstock } from '../e2e/penstock-under-test.js';
import { runPenstock } from '../e2e/run-penstock.js';
import { ManyDocuments } from './many-documents.js';

const namespace = aNamespace('audit-memory');
const [few, many] = [150, 1500];
/** Ten times the documents have 54 MB more text in each store; a heap that works for longer takes more of its slack. */
const growthBytesMax = 36 * 1024 * 1024;
const patienceMs = 900_000;
const sayPeak = new URL('say-peak.mjs', import.meta.url);
let documents: ManyDocuments;

/** What an audit of these documents found, and the memory it took at most; garbage may not pile up. */
async function audit(): Promise<{ documents: number; findings: unknown[]; peakBytes: number }> {
  const environment = { NODE_OPTIONS: `--max-old-space-size=72 --max-semi-space-size=8 --import ${sayPeak.href}` };
  const { out, err } = await runPenstock(['audit', '--json', '-n', namespace], environment);
  if (out === '') throw new Error(err);
  const peaks = [...err.matchAll(/^peak (\d+) kB$/gm)].map(([, kilobytes]) => Number(kilobytes) * 1024);
  return { ...(JSON.parse(out) as { documents: number; findings: unknown[] }), peakBytes: Math.max(...peaks) };
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
      expect(before.peakBytes).toBeGreaterThan(0);
      expect(after.peakBytes - before.peakBytes).toBeLessThan(growthBytesMax);
    },
    2 * patienceMs,
  );
});
