import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from '../e2e/eventually.js';
import { KafkaOutsider, submittedTopic } from '../e2e/kafka-outsider.js';
import { aNamespace, stackEnvironment, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { runPenstock, type Finished } from '../e2e/run-penstock.js';
import { LettersApi, type LetterSeen } from './letters-api.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const namespace = aNamespace('letters-cli');
const key = `${namespace}/poison`;
const outsider = new KafkaOutsider();
let penstock: PenstockUnderTest;
let letters: LettersApi;

beforeAll(async () => {
  [penstock] = await Promise.all([startPenstock(), outsider.connect()]);
  letters = new LettersApi(penstock.api);
});

afterAll(async () => {
  await penstock.stop();
  await outsider.close();
  expect(penstock.fatal).toEqual([]);
});

function run(...args: string[]): Promise<Finished> {
  return runPenstock(args, { PENSTOCK_HTTP_PORT: new URL(penstock.api.address).port });
}

/** Follows topics until it is told to stop, as Ctrl-C does. */
function follow(...args: string[]): {
  lines: () => string[];
  ready: () => boolean;
  stop: () => Promise<number | null>;
} {
  const command = [`${checkout}dist/apps/penstock/main.js`, 'topics', ...args];
  const env = { ...process.env, ...stackEnvironment() };
  const child = spawn(`${checkout}node_modules/.bin/node`, command, { env, cwd: checkout, stdio: 'pipe' });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  child.on('close', resolve);
  return {
    lines: () => out.split('\n').slice(0, -1),
    ready: () => err.includes('waiting for events'),
    stop: () => {
      child.kill('SIGINT');
      return promise;
    },
  };
}

describe('penstock dead-letters and replay', () => {
  it('list, show and replay what was given up', async () => {
    await outsider.send(submittedTopic, { key, value: Buffer.from('not Avro') });
    const { id } = await letters.open({ namespace });

    const listed = await run('dead-letters', '--namespace', namespace, '--json');
    const line = await run('dead-letters', '--document', 'poison', '--namespace', namespace);
    const shown = await run('dead-letters', id, '--value');
    const replayed = await run('replay', id, '--json');

    expect(JSON.parse(listed.out)).toMatchObject([{ id, reason: 'not-avro', documentId: 'poison' }]);
    expect(line.out).toMatch(new RegExp(`^\\S+  ${id}  stager +not-avro  ${key}\n$`));
    expect(shown.out).toContain(Buffer.from('not Avro').toString('base64'));
    expect(JSON.parse(replayed.out)).toMatchObject({ items: [{ id, ingestionId: null }], refused: [] });
    expect([listed.code, line.code, shown.code, replayed.code]).toEqual([0, 0, 0, 0]);
  });

  it('replay all of a document, and exit 1 if one of them is refused', async () => {
    await outsider.send(submittedTopic, { key, value: null });
    await eventually('both letters', async () => {
      const open = (await letters.list({ namespace })).filter(({ replayedAt }) => replayedAt === null);
      const isBack = open.some(({ history }) => history.length === 1);
      return (isBack && open.some(({ history }) => history.length === 0)) || undefined;
    });

    const { code, out } = await run('replay', '--document', 'poison', '--namespace', namespace);

    expect(code).toBe(1);
    expect(out).toMatch(/^sent again {2}\S+ {2}poison$/m);
    expect(out).toMatch(/^refused {5}\S+ {2}.*\(not-replayable\)$/m);
    // The one that was refused stays open beside it.
    await eventually('it to be back with its history', async () =>
      (await letters.list({ namespace, reason: 'not-avro' })).find(({ history }) => history.length === 2),
    );
  });

  it('say in one line what is wrong', async () => {
    const unknown = await run('dead-letters', '01900000-0000-7000-8000-000000000001');
    const everything = await run('replay');

    expect(unknown).toMatchObject({ code: 1, err: 'penstock: no such dead letter\n' });
    expect(everything).toMatchObject({ code: 1, err: 'penstock: name a namespace, documentId, reason or stage\n' });
  });
});

describe('penstock topics', () => {
  it('shows events as they come, decoded, until Ctrl-C', async () => {
    const tail = follow();
    await eventually('the tail to be ready', () => tail.ready() || undefined);
    const { ingestionId } = await penstock.api.inline(namespace, 'watched', 'John Smith is CEO of ACME Corporation.');
    expect((await penstock.api.outcome(ingestionId)).status).toBe('live');
    const mine = (): string[] => tail.lines().filter((line) => line.includes(ingestionId));
    await eventually('the last event', () => mine().find((line) => line.includes('IngestionConcluded')));

    const code = await tail.stop();

    expect(code).toBe(0);
    const place = /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}submitted\/\d+\/\d+ +DocumentSubmitted +/;
    expect(mine().find((line) => line.includes('DocumentSubmitted'))).toMatch(place);
    for (const type of ['DocumentStaged', 'DocumentParsed', 'DocumentExtracted', 'DocumentEmbedded', 'StoreWritten']) {
      expect(mine().some((line) => line.includes(` ${type} `) && line.includes(`${namespace}/watched`))).toBe(true);
    }
  });

  it('shows chosen topics from their beginning as JSON, also what can not be decoded', async () => {
    const tail = follow('submitted', '--from-beginning', '--json');
    const read = (): LetterSeen[] => tail.lines().map((line) => JSON.parse(line) as LetterSeen);
    const mine = (): LetterSeen[] => read().filter((event) => event.key?.startsWith(`${namespace}/`));
    await eventually('what was sent before', () => mine().length >= 4 || undefined);

    expect(await tail.stop()).toBe(0);

    expect(new Set(read().map(({ topic }) => topic))).toEqual(new Set([submittedTopic]));
    expect(mine()).toContainEqual(
      expect.objectContaining({ key, type: null, unreadable: 'value is not in Confluent Avro wire format' }),
    );
    expect(mine()).toContainEqual(
      expect.objectContaining({
        type: 'DocumentSubmitted',
        payload: expect.objectContaining({ documentId: 'watched' }),
      }),
    );
  });

  it('names the topics there are', async () => {
    const { code, err } = await run('topics', 'nonsense');

    expect(code).toBe(1);
    expect(err).toContain('there are submitted, staged, parsed, extracted, saga, outcomes, dead-letter');
  });
});
