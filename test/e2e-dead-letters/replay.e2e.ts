import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { KafkaOutsider, sagaTopic, submittedTopic } from '../e2e/kafka-outsider.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { acmeReport } from '../e2e/samples.js';
import { LettersApi, type LetterSeen } from './letters-api.js';

const namespace = aNamespace('letters');
const others = aNamespace('letters-many');
const outsider = new KafkaOutsider();
const refusedAgain: LetterSeen[] = [];
let drilled: PenstockUnderTest;

beforeAll(async () => {
  [drilled] = await Promise.all([startPenstock({ failWriter: 'qdrant:refused' }), outsider.connect()]);
});

afterAll(() => outsider.close());

/** Waits until an ingestion is undone; the writer that gave it up has sent its part to the dead letters by then. */
async function bury(ingestionId: string): Promise<void> {
  expect((await drilled.api.outcome(ingestionId)).status).toBe('rolled_back');
}

describe('while a writer refuses documents', () => {
  let letters: LettersApi;

  beforeAll(() => {
    letters = new LettersApi(drilled.api);
  });

  afterAll(() => drilled.pause());

  it('a refused document is listed and shown whole, without its content unless it is asked for', async () => {
    const { ingestionId } = await drilled.api.inline(namespace, 'refused report', acmeReport);
    await bury(ingestionId);

    const found = await letters.open({ namespace, documentId: 'refused report' });
    const shown = await letters.show(found.id);
    const whole = await letters.show(found.id, 'value');

    const known = { stage: 'writer-qdrant', reason: 'failure-drill', ingestionId, event: 'DocumentEmbedded' };
    expect(found).toMatchObject({ ...known, namespace, history: [], topic: 'penstock.documents.saga' });
    expect(shown.payload).toMatchObject({ documentId: 'refused report', part: 1 });
    expect(shown.headers).toMatchObject({ ce_ingestionid: ingestionId });
    expect(JSON.stringify(shown)).not.toContain('ACME');
    expect(Buffer.from(whole.value ?? '', 'base64').includes('ACME')).toBe(true);
    expect(await letters.list({ namespace, reason: 'another' })).toEqual([]);
  });

  it('a replay that fails again comes back with its history', async () => {
    const first = await letters.open({ namespace, documentId: 'refused report' });

    const replayed = await letters.replay(first.id);

    expect(replayed).toMatchObject({ id: first.id, documentId: 'refused report', version: 2 });
    await bury(replayed.ingestionId);
    const again = await letters.open({ namespace, documentId: 'refused report' });
    expect(again).toMatchObject({ ingestionId: replayed.ingestionId, reason: 'failure-drill' });
    expect(again.history).toMatchObject([{ id: first.id, reason: 'failure-drill', ingestionId: first.ingestionId }]);
    expect(await letters.show(first.id)).toMatchObject({ replayIngestionId: replayed.ingestionId });
    expect((await letters.ask(first.id)).body).toMatchObject({ status: 409, reason: 'already-replayed' });
    refusedAgain.push(again);
  });

  it('more documents are refused, to be replayed later', async () => {
    const names = ['refused 1', 'refused 2', 'refused 3', 'refused then changed', 'refused then swept'];
    for (const name of names) await bury((await drilled.api.inline(others, name, `${acmeReport} ${name}`)).ingestionId);

    for (const documentId of names) await letters.open({ namespace: others, documentId });

    expect(await letters.list({ namespace: others, limit: '2' })).toHaveLength(2);
  });
});

describe('once the writer takes them', () => {
  let penstock: PenstockUnderTest;
  let letters: LettersApi;

  beforeAll(async () => {
    penstock = await startPenstock({ stagingFolder: drilled.config.stagingFolder });
    letters = new LettersApi(penstock.api);
  });

  afterAll(async () => {
    await penstock.stop();
    await drilled.stop();
    expect([...penstock.fatal, ...drilled.fatal]).toEqual([]);
  });

  it('the replay of the letter that came back becomes live', async () => {
    const { id } = refusedAgain[0] ?? { id: '' };

    const answers = await Promise.all([letters.ask(id), letters.ask(id), letters.ask(id)]);

    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    const ingestionId = String(answers.find(({ status }) => status === 202)?.body['ingestionId']);
    expect(await penstock.api.outcome(ingestionId)).toMatchObject({ status: 'live', version: 3 });
  });

  it('of several replays of one record at once only one is carried out', async () => {
    await outsider.send(submittedTopic, { key: `${namespace}/twice`, value: Buffer.from('{"not": "Avro"}') });
    const { id } = await letters.open({ namespace, documentId: 'twice' });

    const answers = await Promise.all([letters.ask(id), letters.ask(id), letters.ask(id)]);

    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    for (const { status, body } of answers)
      if (status === 409) expect(body).toMatchObject({ reason: 'already-replayed' });
  });

  it('a replay never takes the place of a newer version', async () => {
    const documentId = 'refused then changed';
    const { id } = await letters.open({ namespace: others, documentId });
    const submitted = { namespace: others, documentId, source: 'inline', content: 'Newer words of ACME.' };
    const { ingestionId } = await penstock.api.submit(submitted);
    expect((await penstock.api.outcome(ingestionId)).status).toBe('live');

    expect((await letters.ask(id)).body).toMatchObject({ status: 409, reason: 'newer-version' });
    const retracted = await penstock.api.retract(others, documentId);
    expect((await penstock.api.outcome(retracted.ingestionId)).status).toBe('retracted');
    expect((await letters.ask(id)).body).toMatchObject({ status: 409, reason: 'newer-version' });
  });

  it('a replay whose bytes were swept is refused, and stays to be seen', async () => {
    const { id, ingestionId } = await letters.open({ namespace: others, documentId: 'refused then swept' });
    await rm(join(penstock.config.stagingFolder, ingestionId ?? ''));

    expect((await letters.ask(id)).body).toMatchObject({ status: 409, reason: 'bytes-gone' });
    expect(await letters.show(id)).toMatchObject({ replayedAt: null });
  });

  it('a filter replays all that match, a few at a time, and says what it refused', async () => {
    const replayed: { documentId: string; ingestionId: string }[] = [];
    const refused: { reason: string }[] = [];
    let cursor: unknown;
    do {
      const filter = { namespace: others, stage: 'writer-qdrant', limit: 2, cursor };
      const { body, status } = await letters.replayMany(filter);
      expect(status).toBe(202);
      replayed.push(...(body['items'] as typeof replayed));
      refused.push(...(body['refused'] as typeof refused));
      cursor = body['nextCursor'];
    } while (cursor !== undefined);

    expect(replayed.map(({ documentId }) => documentId).sort()).toEqual(['refused 1', 'refused 2', 'refused 3']);
    expect(refused.map(({ reason }) => reason).sort()).toEqual(['bytes-gone', 'newer-version']);
    for (const { ingestionId } of replayed) expect((await penstock.api.outcome(ingestionId)).status).toBe('live');
  });

  it('a replay of everything must be asked for in words', async () => {
    expect((await letters.replayMany({})).body).toMatchObject({ status: 400, reason: 'bad-request' });
  });

  it('a submission the stager gave up is replayed from the stager', async () => {
    const location = join(penstock.uploadRoot, 'late.md');
    const submitted = { namespace, documentId: 'late', source: 'local_upload', location };
    const { ingestionId } = await penstock.api.submit(submitted);
    expect((await penstock.api.outcome(ingestionId)).error).toMatchObject({ reason: 'unreadable' });
    const { id } = await letters.open({ namespace, documentId: 'late', stage: 'stager' });
    await writeFile(location, acmeReport);

    const replayed = await letters.replay(id);

    expect(await penstock.api.outcome(replayed.ingestionId)).toMatchObject({ status: 'live', version: 2 });
  });

  it('a document the parser gave up is replayed from the parser', async () => {
    const file = { name: 'program.bin', content: Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]) };
    await penstock.api.upload(file, { namespace, documentId: 'binary' });
    const { id, event } = await letters.open({ namespace, documentId: 'binary', stage: 'parser' });

    const replayed = await letters.replay(id);

    expect(event).toBe('DocumentStaged');
    expect((await penstock.api.outcome(replayed.ingestionId)).timeline.map(({ type }) => type)).toContain(
      'DocumentStaged',
    );
    const again = await letters.open({ namespace, documentId: 'binary' });
    expect(again.history.map((one) => one.id)).toEqual([id]);
  });

  it('bytes that nobody can read are sent again as they are', async () => {
    const key = `${namespace}/poison`;
    const value = Buffer.from('{"not": "Avro"}');
    await outsider.send(submittedTopic, { key, value, headers: { 'x-sender': 'legacy system' } });
    const poison = await letters.open({ namespace, documentId: 'poison' });
    expect(poison).toMatchObject({ reason: 'not-avro', event: null, ingestionId: null, key });

    expect(await letters.replay(poison.id)).toMatchObject({ ingestionId: null, version: null });

    const again = await letters.open({ namespace, documentId: 'poison' });
    const whole = await letters.show(again.id, 'value');
    expect(again.history.map(({ id }) => id)).toEqual([poison.id]);
    expect(Buffer.from(whole.value ?? '', 'base64')).toEqual(value);
    expect(whole.headers).toEqual({ 'x-sender': 'legacy system' });
  });

  it('a record of an ingestion that ended is not sent to the saga log again', async () => {
    const { ingestionId } = await penstock.api.inline(namespace, 'ended', acmeReport);
    expect((await penstock.api.outcome(ingestionId)).status).toBe('live');
    const headers = { ce_ingestionid: ingestionId };
    await outsider.send(sagaTopic, { key: `${namespace}/ended`, value: Buffer.from('not Avro'), headers });
    const { id } = await letters.open({ namespace, documentId: 'ended', stage: 'writer-neo4j' });

    expect((await letters.ask(id)).body).toMatchObject({ status: 409, reason: 'already-concluded' });
    expect(await letters.show(id)).toMatchObject({ ingestionId, replayedAt: null });
  });

  it('a record that came packed, and is too large to be kept whole, is shown as cut and not sent again', async () => {
    // Noise that zstd finds again and that what packs letters does not.
    const noise = randomBytes(600_000);
    const value = Buffer.concat(Array.from({ length: 8 }, () => noise));
    await outsider.sendPacked(submittedTopic, { key: `${namespace}/huge`, value });
    const { id, ...letter } = await letters.open({ namespace, documentId: 'huge' });

    expect(letter).toMatchObject({ truncatedFromBytes: value.length, reason: 'not-avro' });
    expect(letter.sizeBytes).toBeLessThan(value.length);
    expect((await letters.ask(id)).body).toMatchObject({ status: 409, reason: 'not-whole' });
    expect(await letters.show(id)).toMatchObject({ replayedAt: null });
  });

  it('a record without a value is kept, and not sent again', async () => {
    await outsider.send(submittedTopic, { key: `${namespace}/nothing`, value: null });
    const { id } = await letters.open({ namespace, documentId: 'nothing' });

    expect((await letters.ask(id)).body).toMatchObject({ status: 409, reason: 'not-replayable' });
  });

  it.each(['/v1/dead-letters/nonsense', '/v1/dead-letters/01900000-0000-7000-8000-000000000001'])(
    '%s is not found',
    async (path) => {
      expect((await penstock.api.ask('GET', path)).body).toMatchObject({ status: 404, reason: 'not-found' });
      expect((await penstock.api.ask('POST', `${path}/replay`)).body).toMatchObject({ status: 404 });
    },
  );
});
