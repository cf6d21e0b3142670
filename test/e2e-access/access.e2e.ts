import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { scopes, type Scope } from '#access';
import { createPool } from '#database';

import { askByTools } from '../../apps/penstock/demo-questions.js';
import { roleNames } from '../../apps/roles.js';
import { eventually } from '../e2e/eventually.js';
import { aNamespace } from '../e2e/penstock-under-test.js';
import { runPenstock, startRoles, type RoleProcess } from '../e2e/run-penstock.js';
import { serveMcp, type McpProcess } from '../e2e/serve-mcp.js';
import { testStack } from '../services/addresses.js';
import { callMcp, hello, tool, type Called } from './call-mcp.js';
import { routes, type Tenant } from './routes.js';
import { secrets } from './secrets.js';
import { CallerApi, forgetKeys, makeKey, withKeys } from './tenants.js';

/** A busy machine is no failure. */
const withinMs = 400_000;
const environment = {
  ...secrets,
  PENSTOCK_LOG_LEVEL: 'trace',
  PENSTOCK_SEARCH_BUDGET: '30s',
  PENSTOCK_RATE_LIMIT_STRANGERS: '100000',
};
const fakeToken = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnktand0LTNhIn0.canary-jwt-signature';
const everyKey: string[] = [];
/** All that tenant A was ever told, and all that anybody was. */
const heardByA: string[] = [];
const heard: string[] = [];
let penstock: RoleProcess;
let operator: CallerApi;
let a: Tenant;
let b: Tenant;
const keysOf: Record<string, string> = {};

async function key(given: readonly Scope[], namespaces: readonly string[] | null): Promise<string> {
  const made = await makeKey(given, namespaces);
  everyKey.push(made);
  return made;
}

function as(credentials: string | Record<string, string>, listener = heard): CallerApi {
  const headers = typeof credentials === 'string' ? { authorization: `Bearer ${credentials}` } : credentials;
  return new CallerApi(penstock.address, headers, listener);
}

async function aTenant(prefix: string, canary: string): Promise<Tenant> {
  const namespace = aNamespace(prefix);
  const content = `John Smith is the CEO of ACME Corporation. ${canary} is the word of the day.`;
  const { ingestionId } = await operator.inline(namespace, 'shared-name', content);
  const file = { name: 'broken.pdf', content: '%PDF-1.7 this is cut off', type: 'application/pdf' };
  const broken = await operator.upload(file, { namespace, documentId: 'broken' });
  expect((await operator.outcome(ingestionId, withinMs)).status).toBe('live');
  expect((await operator.outcome(String(broken.body['ingestionId']), withinMs)).status).toBe('failed');
  const letterId = await eventually(
    'a dead letter',
    async () => {
      const { body } = await operator.ask('GET', `/v1/dead-letters?namespace=${namespace}`);
      return (body['items'] as { id: string }[])[0]?.id;
    },
    withinMs,
  );
  const { body } = await operator.ask('GET', `/v1/entities?name=acme%20corporation&namespace=${namespace}`);
  const [entity] = body['items'] as { uuid: string }[];
  return { namespace, documentId: 'shared-name', ingestionId, letterId, entityUuid: String(entity?.uuid) };
}

beforeAll(async () => {
  penstock = await startRoles(roleNames, environment, withinMs);
  operator = as(await key(['admin'], null));
  [a, b] = await Promise.all([aTenant('tenant-a', 'canaryofa'), aTenant('tenant-b', 'canaryofb')]);
  for (const scope of scopes) keysOf[scope] = await key([scope], [a.namespace]);
}, 1_200_000);

afterAll(async () => {
  await forgetKeys();
  await penstock.stop();
});

function send(api: CallerApi, route: (typeof routes)[number], tenant: Tenant) {
  const { method, path, body } = route.request(tenant);
  const headers = { 'content-type': 'application/json' };
  return api.ask(method, path, body === undefined ? {} : { body: JSON.stringify(body), headers });
}

describe.each(routes)('$name', (route) => {
  it('needs a key', async () => {
    const { status, body } = await send(as({}), route, a);

    expect([status, body['reason']]).toEqual([401, 'unauthenticated']);
  });

  it('needs a key that holds', async () => {
    const { status, body } = await send(as(fakeToken), route, a);

    expect([status, body['reason']]).toEqual([401, 'unauthenticated']);
  });

  it('needs the scope', async () => {
    const others = scopes.filter((scope) => scope !== route.scope && scope !== 'admin');
    const lacking = route.forEveryScope === true ? [] : others;

    for (const scope of lacking) {
      const { status, body } = await send(as(String(keysOf[scope]), heardByA), route, a);
      expect([scope, status, body['reason']]).toEqual([scope, 403, 'forbidden']);
    }
  });

  it('needs the namespace, and does not tell what is in a foreign one', async () => {
    const api = as(String(keysOf[route.scope]), heardByA);
    const { status, body } = await send(api, route, b);
    const made = await send(api, route, { ...b, ...nothing });

    expect([status, body['reason']]).toEqual([
      route.foreign,
      route.foreign === 404 ? 'not-found' : 'forbidden-namespace',
    ]);
    expect({ ...made.body, status: made.status }).toEqual({ ...body, status });
  });

  it('is answered to who has both', async () => {
    const { status } = await send(as(String(keysOf[route.scope]), heardByA), route, a);

    expect(status).toBe(route.own);
  });
});

/** A namespace and ids that nobody has: the answer must be the same as for those that somebody has. */
const nothing = {
  ...{ namespace: 'nobody-has-this', documentId: 'nobody-has-this' },
  ...{ ingestionId: '01890a5d-ac96-774b-bcce-b302099a8057', letterId: '01890a5d-ac96-774b-bcce-b302099a8058' },
  entityUuid: '01890a5d-ac96-574b-bcce-b302099a8059',
};

describe('lists that name no namespace', () => {
  it.each(['/v1/ingestions?limit=200', '/v1/dead-letters?limit=200'])('%s hold what is the caller’s', async (path) => {
    const mine = await as(String(keysOf['read']), heardByA).ask('GET', path);
    const all = await operator.ask('GET', path);

    const spaces = (body: Readonly<Record<string, unknown>>): Set<string> =>
      new Set((body['items'] as { namespace: string }[]).map(({ namespace }) => namespace));
    expect(spaces(mine.body)).toEqual(new Set([a.namespace]));
    expect(spaces(all.body)).toContain(b.namespace);
  });

  it.each(['/v1/usage', '/v1/analytics/queries'])('%s speak of what is the caller’s', async (path) => {
    await operator.json('/v1/search', { namespace: b.namespace, query: 'canaryofb' });

    const { status, body } = await as(String(keysOf['admin']), heardByA).ask('GET', path);

    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toContain(b.namespace);
  });

  it('can’t be paged into another namespace', async () => {
    const first = await operator.ask('GET', `/v1/ingestions?namespace=${b.namespace}&limit=1`);

    const cursor = String(first.body['nextCursor']);
    const { body } = await as(String(keysOf['read']), heardByA).ask('GET', `/v1/ingestions?cursor=${cursor}&limit=200`);

    const items = body['items'] as { namespace: string }[];
    expect(items.every(({ namespace }) => namespace === a.namespace)).toBe(true);
  });
});

describe('a namespace can’t be smuggled in', () => {
  const read = (): CallerApi => as(String(keysOf['read']), heardByA);

  it('by a header', async () => {
    const headers = { 'x-namespace': b.namespace, 'x-tenant-id': b.namespace };
    const { status } = await read().ask('GET', '/v1/documents/shared-name', { headers });

    expect(status).toBe(404);
  });

  it.each([
    ['named twice', () => `/v1/ingestions?namespace=${a.namespace}&namespace=${b.namespace}`, 400],
    ['as a list', () => `/v1/ingestions?namespace[]=${b.namespace}`, 200],
    ['in capitals', () => `/v1/ingestions?namespace=${b.namespace.toUpperCase()}`, 403],
    ['with an end of its own', () => `/v1/ingestions?namespace=${b.namespace}%00`, 400],
    ['with a slash', () => `/v1/documents/shared-name?namespace=${a.namespace}/../${b.namespace}`, 400],
    ['in the document’s name', () => `/v1/documents/${b.namespace}%2Fshared-name?namespace=${a.namespace}`, 404],
    ['in the path', () => `/v1/documents/..%2F${b.namespace}%2Fshared-name?namespace=${a.namespace}`, 404],
  ])('%s', async (_, path, expected) => {
    const { status, body } = await read().ask('GET', path());

    expect(status).toBe(expected);
    expect(JSON.stringify(body)).not.toContain('canaryofb');
  });

  it('in a filter of a search, nor is what another asked found in the cache', async () => {
    const query = 'word of the day';
    await operator.json('/v1/search', { namespace: b.namespace, query });
    const filter = { metadata: { namespace: b.namespace } };

    const { body } = await read().json('/v1/search', { namespace: a.namespace, query });
    const filtered = await read().json('/v1/search', { namespace: a.namespace, query, filter });

    const hits = body['hits'] as { documentId: string; text: string }[];
    expect(hits.map(({ text }) => text).join()).toContain('canaryofa');
    expect(JSON.stringify([body, filtered.body])).not.toContain('canaryofb');
  });

  it('by an entity that both speak of', async () => {
    const path = `/v1/entities/${b.entityUuid}/graph?namespace=${a.namespace}&depth=3`;
    const { body } = await read().ask('GET', path);

    expect(a.entityUuid).not.toBe(b.entityUuid);
    expect(body['facts']).toEqual([]);
  });

  it('line by line', async () => {
    const line = (namespace: string): string => JSON.stringify({ namespace, documentId: 'line', record: { n: 1 } });
    const body = `${line(b.namespace)}\n${line(a.namespace)}\n`;
    const headers = { 'content-type': 'application/x-ndjson' };
    const authorization = `Bearer ${keysOf['ingest']}`;

    const response = await fetch(`${penstock.address}/v1/records`, {
      ...{ method: 'POST', body, headers: { ...headers, authorization } },
    });

    const lines = (await response.text()).trim().split('\n');
    const outcomes = lines.map((text) => JSON.parse(text) as { status: number; reason?: string });
    expect(outcomes.map(({ status, reason }) => [status, reason])).toEqual([
      [403, 'forbidden-namespace'],
      [202, undefined],
    ]);
    expect((await operator.document(b.namespace, 'line')).status).toBe(404);
    expect((await operator.document(a.namespace, 'line')).status).toBe(200);
  });

  it('in a form, whose bytes are not kept', async () => {
    const file = { name: 'note.txt', content: 'A note.' };
    const { status, body } = await as(String(keysOf['ingest']), heardByA).upload(file, {
      namespace: b.namespace,
      documentId: 'form',
    });

    expect([status, body['reason']]).toEqual([403, 'forbidden-namespace']);
    expect((await operator.document(b.namespace, 'form')).status).toBe(404);
  });

  it.each([
    ['a file of the server', { source: 'local_upload', location: '/etc/passwd' }],
    ['a message of the Front account', { source: 'frontapp', location: 'msg_1' }],
  ])('as %s', async (_, submission) => {
    const given = { namespace: a.namespace, documentId: 'taken', ...submission };
    const { status, body } = await as(String(keysOf['ingest']), heardByA).json('/v1/documents', given);

    expect([status, body['reason']]).toEqual([403, 'forbidden-source']);
  });

  it('by the idempotency key of another', async () => {
    const headers = { 'idempotency-key': 'one' };
    const text = { documentId: 'once', source: 'inline', content: 'Once.' };
    await operator.json('/v1/documents', { namespace: b.namespace, ...text }, headers);

    const api = as(String(keysOf['ingest']), heardByA);
    const { status } = await api.json('/v1/documents', { namespace: b.namespace, ...text }, headers);

    expect(status).toBe(403);
  });
});

describe('a key', () => {
  it('says whose it is', async () => {
    const { body } = await as(String(keysOf['ingest']), heardByA).ask('GET', '/v1/whoami');

    expect(body).toMatchObject({ kind: 'key', scopes: ['ingest'], namespaces: [a.namespace] });
  });

  it('of all namespaces sees the metrics, and one that is bound does not', async () => {
    const statuses = await Promise.all([
      operator.ask('GET', '/metrics'),
      as(String(keysOf['admin'])).ask('GET', '/metrics'),
      as({}).ask('GET', '/metrics'),
      as({}).ask('GET', '/health/live'),
    ]);

    expect(statuses.map(({ status }) => status)).toEqual([200, 403, 401, 200]);
  });

  it('is made, shown once, changed for another and revoked by the command line', async () => {
    const create = ['keys', 'create', 'ci', '--scopes', 'read,ingest', '--namespaces', a.namespace];
    const { out, code } = await runPenstock(create, environment);
    const made = out.trim();
    everyKey.push(made);
    const keyId = String(made.split('_')[1]);
    const search = ['search', 'word of the day', '--namespace', a.namespace, '--json'];
    const env = { ...environment, PENSTOCK_HTTP_PORT: new URL(penstock.address).port };
    const found = await runPenstock(search, { ...env, PENSTOCK_API_KEY: made });
    const option = await runPenstock([...search, '--key', made], env);
    const without = await runPenstock(search, env);
    const rotated = await runPenstock(['keys', 'rotate', keyId, '--grace', '1ms'], environment);
    everyKey.push(rotated.out.trim());
    const listed = await runPenstock(['keys', 'list', '--json'], environment);
    const whoami = (text: string) => as(text).ask('GET', '/v1/whoami');

    expect([code, found.code, option.code, without.code]).toEqual([0, 0, 0, 1]);
    expect(made).toMatch(/^penstock_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    expect(without.err).toContain('key or token');
    expect(listed.out).not.toContain(made.split('_').slice(2).join('_'));
    expect(listed.out).toContain(keyId);
    expect((await whoami(rotated.out.trim())).body).toMatchObject({ scopes: ['read', 'ingest'] });
    await eventually('the old key to end', async () => ((await whoami(made)).status === 401 ? true : undefined));
    await runPenstock(['keys', 'revoke', String(rotated.out.trim().split('_')[1])], environment);
    await eventually('the new key to be revoked', async () =>
      (await whoami(rotated.out.trim())).status === 401 ? true : undefined,
    );
  }, 1_200_000);

  it('that was revoked ends MCP and API alike, and the last one does not open the door', async () => {
    const made = await key(['read'], [a.namespace]);
    expect((await as(made).ask('GET', '/v1/whoami')).status).toBe(200);
    await withKeys((keys) => keys.revoke(String(made.split('_')[1])));

    await eventually('the key to be refused', async () =>
      (await as(made).ask('GET', '/v1/whoami')).status === 401 ? true : undefined,
    );
    expect((await as({}).ask('GET', '/v1/whoami')).status).toBe(401);
  });

  it('that is revoked ends what it follows', async () => {
    const made = await key(['read'], [a.namespace]);
    const headers = { authorization: `Bearer ${made}` };
    const signal = AbortSignal.timeout(withinMs);
    const { body } = await fetch(`${penstock.address}/v1/events`, { headers, signal });
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader?.read();

    await withKeys((keys) => keys.revoke(String(made.split('_')[1])));

    expect(first?.value).toContain('event: board');
    for (let next = first; next?.done === false;) next = await reader?.read();
    expect(signal.aborted).toBe(false);
  });
});

describe('what people do', () => {
  it('stands in the audit log with who, what and what came of it', async () => {
    const admin = as(String(keysOf['admin']), heardByA);
    const ingest = as(String(keysOf['ingest']), heardByA);
    const gone = await ingest.ask('DELETE', `/v1/documents/never-there?namespace=${a.namespace}`);
    await admin.ask('PUT', `/v1/budgets/${a.namespace}`, {
      body: JSON.stringify({ budgets: ['1usd/day'] }),
      headers: { 'content-type': 'application/json' },
    });
    await operator.ask('DELETE', `/v1/documents/never-there?namespace=${b.namespace}`);

    const mine = await admin.ask('GET', '/v1/admin/audit');
    const all = await operator.ask('GET', '/v1/admin/audit?limit=200');
    const denied = await ingest.ask('GET', '/v1/admin/audit');

    const items = mine.body['items'] as { actor: string; act: string; namespace: string; subject: string }[];
    expect(gone.status).toBe(404);
    expect(items[0]).toMatchObject({ act: 'budget.set', subject: '1usd/day', outcome: 'done' });
    expect(items[1]).toMatchObject({ act: 'document.delete', subject: 'never-there', outcome: 'not-found' });
    expect(items[1]?.actor).toBe(`key:${String(keysOf['ingest']).split('_')[1]}`);
    expect(new Set(items.map(({ namespace }) => namespace))).toEqual(new Set([a.namespace]));
    expect(JSON.stringify(all.body)).toContain(b.namespace);
    expect(denied.status).toBe(403);
  });

  it('with keys stands there too', async () => {
    await runPenstock(['keys', 'create', 'noted', '--all-namespaces'], environment).then(({ out }) =>
      everyKey.push(out.trim()),
    );
    const { body } = await operator.ask('GET', '/v1/admin/audit');

    expect((body['items'] as object[])[0]).toMatchObject({
      ...{ act: 'key.create', subject: 'noted: read', outcome: 'done' },
      actor: expect.stringMatching(/^shell:.+@/),
    });
  }, 600_000);
});

describe('MCP over HTTP', () => {
  let mcp: McpProcess;
  const sessions: string[] = [];

  beforeAll(async () => {
    const env = { ...environment, PENSTOCK_MCP_API_URL: penstock.address, PENSTOCK_MCP_NAMESPACE: a.namespace };
    mcp = await serveMcp(['--write'], env, withinMs);
  }, withinMs);

  afterAll(() => void mcp.child.kill('SIGTERM'));

  async function call(
    headers: Record<string, string>,
    method: string,
    params: object,
    session?: string,
  ): Promise<Called> {
    const called = await callMcp(mcp.address, headers, method, params, session);
    heardByA.push(called.text);
    return called;
  }

  const bearer = (text: string): Record<string, string> => ({ authorization: `Bearer ${text}` });

  it.each([
    ['without a key', () => ({})],
    ['with one that does not hold', () => bearer(fakeToken)],
    ['with two', () => ({ ...bearer(String(keysOf['read'])), 'x-api-key': String(keysOf['read']) })],
    ['with another scheme', () => ({ authorization: `Basic ${keysOf['read']}` })],
  ])('begins no session %s', async (_, headers) => {
    expect((await call(headers(), 'initialize', hello)).status).toBe(401);
  });

  it('works with the rights of the caller, and a session is nobody else’s', async () => {
    const begun = await call(bearer(String(keysOf['read'])), 'initialize', hello);
    sessions.push(begun.session);
    const ask = (namespace: string) =>
      call(
        bearer(String(keysOf['read'])),
        'tools/call',
        tool('search_memory', { query: 'word of the day', namespace }),
        begun.session,
      );
    const own = await ask(a.namespace);
    const foreign = await ask(b.namespace);
    const write = tool('add_memory', { text: 'A note.', namespace: a.namespace });
    const written = await call(bearer(String(keysOf['read'])), 'tools/call', write, begun.session);
    const stolen = await call(bearer(String(keysOf['admin'])), 'tools/list', {}, begun.session);
    const bare = await call({}, 'tools/list', {}, begun.session);

    expect(begun.status).toBe(200);
    expect(own.text).toContain('canaryofa');
    expect(foreign.text).toContain('not for that namespace');
    expect(written.text).toContain('needs the scope ingest');
    expect([stolen.status, bare.status]).toEqual([404, 404]);
  });

  it('gives no document, ingestion or entity of another namespace by its id', async () => {
    const { session } = await call(bearer(String(keysOf['read'])), 'initialize', hello);
    const asked = [
      tool('get_document', { document_id: 'shared-name', namespace: b.namespace }),
      tool('get_chunks', { document_id: 'shared-name', namespace: b.namespace }),
      tool('get_ingestion_status', { ingestion_id: b.ingestionId }),
      tool('get_graph_stats', { namespace: b.namespace }),
    ];

    for (const params of asked) {
      const { text } = await call(bearer(String(keysOf['read'])), 'tools/call', params, session);
      expect(text).toMatch(/"isError":\s*true/);
    }
  });
});

describe('MCP over standard input', () => {
  const asked = [{ question: 'Who is the CEO of ACME Corporation?', document: 'shared-name' }];
  const program = fileURLToPath(new URL('../../dist/apps/mcp/main.js', import.meta.url));

  it('sends the key of the settings', async () => {
    const door = { api: penstock.address, namespace: a.namespace, program };

    const [answer] = await askByTools(asked, { ...door, key: keysOf['read'] });

    expect(answer?.cited).toBe('shared-name');
    await expect(askByTools(asked, door)).rejects.toThrow();
  });
});

describe('off loopback', () => {
  it('nothing is opened that nobody needs a key for', async () => {
    await forgetKeys();
    const env = { ...environment, PENSTOCK_HTTP_HOST: '0.0.0.0' };

    const { code, err } = await runPenstock(['run', '--roles', 'api'], env);

    await key(['admin'], null);
    expect(code).toBe(1);
    expect(err).toContain('penstock keys create');
  }, 600_000);
});

describe('what is secret', () => {
  it('stands in no log, answer, dead letter, outbox, timeline or metric', async () => {
    const admin = as(await key(['admin'], null));
    const metrics = await admin.ask('GET', '/metrics');
    const pool = createPool(testStack().postgres, { name: 'access-test', max: 1 });
    const tables = ['dead_letters', 'outbox', 'ingestions', 'ingestion_events', 'queries', 'api_keys', 'admin_acts'];
    const rows = await Promise.all(
      tables.map(async (table) => {
        const { rows: all } = await pool.query<{ row: string }>(`SELECT t::text AS row FROM penstock.${table} t`);
        return all.map(({ row }) => row).join('\n');
      }),
    );
    await pool.end();

    const places = { logs: penstock.output(), answers: heard.join('\n'), metrics: JSON.stringify(metrics.body) };
    const canaries = [...Object.values(secrets), 'canary-jwt-signature', ...everyKey.map((text) => text.slice(26))];
    const found = Object.entries({ ...places, tables: rows.join('\n') }).flatMap(([place, text]) =>
      canaries.filter((canary) => text.includes(canary)).map((canary) => `${place}: ${canary.slice(0, 10)}`),
    );

    expect(canaries.length).toBeGreaterThan(10);
    expect(penstock.output().length).toBeGreaterThan(1_000);
    expect(found).toEqual([]);
  });

  it('and nothing that tenant A was told speaks of tenant B', () => {
    const told = heardByA.join('\n');

    expect(heardByA.length).toBeGreaterThan(100);
    expect(told).toContain('canaryofa');
    for (const word of ['canaryofb', b.ingestionId, b.letterId]) expect(told).not.toContain(word);
  });
});
