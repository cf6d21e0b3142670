import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { cacheFolderOf, readInstalled } from '#stack';

import { testStack } from '../services/addresses.js';
import { eventually } from './eventually.js';
import { KafkaOutsider } from './kafka-outsider.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import type { IngestionSeen } from './penstock-api.js';
import { StoreViews } from './store-views.js';

const run = promisify(execFile);
const namespace = aNamespace('python');
const outsider = new KafkaOutsider();
let penstock: PenstockUnderTest;
let stores: StoreViews;

beforeAll(async () => {
  stores = new StoreViews();
  penstock = await startPenstock();
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([stores.close(), outsider.close()]);
  expect(penstock.fatal).toEqual([]);
});

/** The program that the README shows, with nothing changed but the addresses of its defaults and the namespace. */
function programOfReadme(): string {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const block = /```python\n(.*?)```/su.exec(readme)?.[1] ?? '';
  const { kafka, registry } = testStack();
  const changes: readonly (readonly [string, string])[] = [
    ['http://127.0.0.1:18081/apis/ccompat/v7', registry],
    ['127.0.0.1:19092', kafka],
    ['"namespace": "default"', `"namespace": "${namespace}"`],
  ];
  return changes.reduce((program, [from, to]) => {
    expect(program.split(from)).toHaveLength(2);
    return program.replace(from, to);
  }, block);
}

describe("Confluent's Python client with its Avro serializer", () => {
  it('sends what the README shows, and the document becomes live in all stores', async () => {
    const records = await outsider.watch('penstock.documents.submitted');
    const { pythonProducer } = readInstalled(cacheFolderOf(process.env));

    await run(pythonProducer, ['-c', programOfReadme()], { timeout: 60_000 });

    const itsIngestion = async (): Promise<IngestionSeen | undefined> => {
      const { body } = await penstock.api.ask('GET', `/v1/ingestions?namespace=${namespace}&status=live`);
      return (body['items'] as IngestionSeen[])[0];
    };
    const seen = await eventually('the document to be live', itsIngestion, 150_000);
    expect(seen).toMatchObject({ documentId: 'from-python', version: 1, metadata: { system: 'crm' } });
    const live = Object.values(await stores.liveIngestions(namespace));
    expect(live.map((of) => of['from-python'])).toEqual(Array.from({ length: 4 }, () => seen.ingestionId));
    const [record] = records.filter(({ key }) => key === `${namespace}/from-python`);
    expect(await outsider.registry.decode(record?.value ?? Buffer.alloc(0))).toMatchObject({ source: 'inline' });
  }, 240_000);
});
