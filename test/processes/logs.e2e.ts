import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';

import { roleNames } from '../../apps/roles.js';
import { eventually } from '../e2e/eventually.js';
import { KafkaOutsider, sagaTopic } from '../e2e/kafka-outsider.js';
import { acceptedOf, PenstockApi } from '../e2e/penstock-api.js';
import { aNamespace } from '../e2e/penstock-under-test.js';
import { startRoles, type RoleProcess } from '../e2e/run-penstock.js';
import { acmeReport } from '../e2e/samples.js';
import { testStack } from '../services/addresses.js';
import { Gate } from '../services/gate.js';

const longMs = 400_000;
const namespace = aNamespace('logs');
const content = 'PLANTEDcontent';
const secret = 'PLANTEDsecret';
const text = `${acmeReport}\n${content} joined ACME Corporation.`;
/** Lines about a process, a group or a service, and about no document. */
const ofNobody = new Set([
  'a service that is needed is waited for',
  'commit failed and is tried again',
  'consumer ended',
  'consumer is made anew',
  'offsets could not be read',
  'publishing failed and is tried again',
  'publishing gets no answer',
  'publishing works again',
  'search is not warm',
]);
const outsider = new KafkaOutsider();

interface Line {
  readonly msg: string;
  readonly role?: string;
  readonly reason?: string;
  readonly namespace?: string;
  readonly documentId?: string;
  readonly ingestionId?: string;
  /** What a library says. */
  readonly kafkajs?: string;
  readonly nest?: string;
}

let folder: string;
let roles: RoleProcess;
let api: PenstockApi;
let gate: Gate;

jest.setTimeout(4 * longMs);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-logs-'));
  gate = new Gate(new URL(testStack().redis));
  const settings = {
    PENSTOCK_REDIS_URL: `redis://${await gate.listen()}`,
    PENSTOCK_STAGING_FOLDER: join(folder, 'staging'),
    PENSTOCK_FAIL_WRITER: 'qdrant:refused',
    PENSTOCK_WRITE_DEADLINE: '3s',
    PENSTOCK_LOG_LEVEL: 'debug',
    PENSTOCK_QDRANT_API_KEY: secret,
    PENSTOCK_OPENAI_API_KEY: secret,
  };
  [roles] = await Promise.all([startRoles(roleNames, settings, longMs), outsider.connect()]);
  api = new PenstockApi(roles.address);
});

afterAll(async () => {
  await Promise.all([roles.stop(), outsider.close()]);
  gate.close();
  await rm(folder, { recursive: true, force: true });
});

function lines(): Line[] {
  return roles
    .output()
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));
}

const about = (ingestionId: string): Line[] => lines().filter((line) => line.ingestionId === ingestionId);

async function submitted(documentId: string, fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const described = { title: content, metadata: { note: content } };
  const body = { namespace, documentId, source: 'inline', content: text, ...described, ...fields };
  return acceptedOf(await api.json('/v1/documents', body)).ingestionId;
}

async function uploaded(name: string, bytes: string): Promise<string> {
  const file = { name, content: bytes };
  return acceptedOf(await api.upload(file, { namespace, documentId: name })).ingestionId;
}

async function status(ingestionId: string): Promise<string> {
  return (await api.outcome(ingestionId, longMs)).status;
}

describe('what the roles log while documents take every way', () => {
  it('tells of one that becomes live, and is deleted, nothing at all', async () => {
    const live = await submitted('live');
    expect(await status(live)).toBe('live');
    const { ingestionId } = await api.retract(namespace, 'live');
    expect(await status(ingestionId)).toBe('retracted');

    expect([...about(live), ...about(ingestionId)]).toEqual([]);
  });

  it('names the ingestion that a store refuses, by the role that gave it up', async () => {
    const ingestionId = await submitted('refused');
    expect(await status(ingestionId)).toBe('rolled_back');

    const [line] = await eventually('a line', () => (about(ingestionId).length > 0 ? about(ingestionId) : undefined));

    expect(line).toMatchObject({ namespace, documentId: 'refused', role: 'writer-qdrant', reason: 'failure-drill' });
  });

  it.each([
    ['broken.json', `{"name": "${content}", ${content}`],
    ['broken.pdf', `%PDF-1.7\n${content}\n%%EOF`],
    ['broken.docx', `PK\u0003\u0004${content}`],
    ['broken.xml', `<?xml version="1.0"?><a ${content}><b></a>`],
  ])('names the ingestion of %s, whose words its reader quotes', async (name, bytes) => {
    const ingestionId = await uploaded(name, bytes);
    const ended = await status(ingestionId);

    expect(about(ingestionId).map(({ documentId, role }) => [documentId, role])).toEqual(
      ended === 'failed' ? [[name, expect.any(String)]] : [],
    );
  });

  it('names the ingestion whose address holds a secret and does not answer, each time it says so', async () => {
    const location = `http://127.0.0.1:2/${secret}?token=${secret}`;
    const ingestionId = await submitted('away', { source: 'http', content: undefined, location });
    expect(await status(ingestionId)).toBe('failed');

    const said = about(ingestionId).map(({ msg, role }) => `${role}: ${msg}`);

    expect(said).toEqual(
      expect.arrayContaining(['stager: handle failed and is tried again', 'stager: record went to the dead letters']),
    );
  });

  it('names the ingestion of a record that nobody can read, by its key and header', async () => {
    const ingestionId = v7();
    const headers = { ce_ingestionid: ingestionId, ce_documentversion: '1', ce_type: 'DocumentEmbedded' };
    await outsider.send(sagaTopic, {
      key: `${namespace}/poison`,
      value: content,
      headers: { ...headers, note: secret },
    });

    const said = await eventually('a line of a writer', () =>
      about(ingestionId).find(({ role }) => role === 'writer-neo4j'),
    );

    expect(said).toMatchObject({ namespace, documentId: 'poison', msg: 'record went to the dead letters' });
  });

  it('names the ingestion that waits for a store, and the document that is asked for meanwhile', async () => {
    const before = await submitted('cached');
    expect(await status(before)).toBe('live');
    gate.cut();
    const asked = api.document(namespace, 'cached').catch(() => undefined);
    const ingestionId = await submitted('waits').finally(() => asked);

    const waits = await eventually('a line of the writer', () =>
      about(ingestionId).find(({ msg }) => msg === 'handle failed and is tried again'),
    );
    gate.heal();
    await status(ingestionId);

    expect(waits).toMatchObject({ namespace, documentId: 'waits', role: 'writer-redis' });
  });

  it('tells of a caller with a wrong key nothing', async () => {
    const key = { authorization: `Bearer ${secret}` };

    const answer = await api.json('/v1/documents', { namespace, documentId: 'none', content: text }, key);

    expect(answer.status).toBe(401);
  });

  it('says nowhere what documents and their senders say, and of each line whose document it is about', () => {
    const seen = lines();
    const ours = seen.filter(({ kafkajs, nest }) => kafkajs === undefined && nest === undefined);
    const nameless = ours.filter(({ msg, ...line }) => !ofNobody.has(msg) && (!line.ingestionId || !line.documentId));

    expect(ours.length).toBeGreaterThan(5);
    expect(roles.output()).not.toContain(content);
    expect(roles.output()).not.toContain(secret);
    expect(nameless).toEqual([]);
  });
});
