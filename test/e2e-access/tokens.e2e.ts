import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { scopes, type Scope } from '#access';

import { roleNames } from '../../apps/roles.js';
import { eventually } from '../e2e/eventually.js';
import { aNamespace } from '../e2e/penstock-under-test.js';
import type { Answer } from '../e2e/penstock-api.js';
import { startRoles, type RoleProcess } from '../e2e/run-penstock.js';
import { serveMcp, type McpProcess } from '../e2e/serve-mcp.js';
import { badTokens } from './bad-tokens.js';
import { callMcp, hello, tool, type Called } from './call-mcp.js';
import { routes, type Tenant } from './routes.js';
import { CallerApi } from './tenants.js';
import { TokenIssuer, type TokenParts } from './token-issuer.js';

/** A busy machine is no failure. */
const withinMs = 400_000;
const issuer = new TokenIssuer();
const mine = aNamespace('token-mine');
const theirs = aNamespace('token-theirs');
/** Ids of what is in the other namespace; those of letters and entities are nobody's. */
let foreign: Tenant;
let own: Tenant;
let penstock: RoleProcess;
let mcp: McpProcess;

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const as = (token: string): CallerApi => new CallerApi(penstock.address, bearer(token));
const withRights = (scope: string | undefined, namespaces: unknown, parts: TokenParts = {}): Promise<string> =>
  issuer.token({ ...parts, claims: { scope, penstock_namespaces: namespaces, ...parts.claims } });

async function aTenant(namespace: string): Promise<Tenant> {
  const api = as(await withRights('penstock:ingest', namespace));
  const { ingestionId } = await api.inline(namespace, 'shared-name', 'John Smith is the CEO of ACME Corporation.');
  expect((await api.outcome(ingestionId, withinMs)).status).toBe('live');
  const nobodys = {
    letterId: '01890a5d-ac96-774b-bcce-b302099a8058',
    entityUuid: '01890a5d-ac96-574b-bcce-b302099a8059',
  };
  return { namespace, documentId: 'shared-name', ingestionId, ...nobodys };
}

beforeAll(async () => {
  await issuer.start();
  const limits = { PENSTOCK_RATE_LIMIT: '1000000', PENSTOCK_RATE_LIMIT_STRANGERS: '1000000' };
  const settings = { ...issuer.environment(), ...limits, PENSTOCK_SEARCH_BUDGET: '30s' };
  penstock = await startRoles(roleNames, settings, withinMs);
  [own, foreign] = [await aTenant(mine), await aTenant(theirs)];
  const environment = { ...settings, PENSTOCK_MCP_API_URL: penstock.address, PENSTOCK_MCP_NAMESPACE: mine };
  mcp = await serveMcp(['--write'], environment, withinMs);
}, 3 * withinMs);

afterAll(async () => {
  mcp.child.kill('SIGTERM');
  await penstock.stop();
  issuer.stop();
});

function send(token: string, route: (typeof routes)[number], tenant: Tenant): Promise<Answer> {
  const { method, path, body } = route.request(tenant);
  const headers = { 'content-type': 'application/json' };
  return as(token).ask(method, path, body === undefined ? {} : { body: JSON.stringify(body), headers });
}

function mcpCall(token: string | undefined, method: string, params: object, session?: string): Promise<Called> {
  return callMcp(mcp.address, token === undefined ? {} : bearer(token), method, params, session);
}

describe('an API that an issuer of tokens was named to', () => {
  it('is open for nobody without one, on loopback neither', async () => {
    const bare = new CallerApi(penstock.address, {});

    expect(await bare.ask('GET', '/v1/ingestions')).toMatchObject({ status: 401, body: { reason: 'unauthenticated' } });
    expect((await mcpCall(undefined, 'initialize', hello)).status).toBe(401);
  });

  it('says whose a token is, and what it may', async () => {
    const token = await withRights('openid penstock:read ingest', [mine, theirs], {
      claims: { sub: 'ann@example.com' },
    });

    expect((await as(token).ask('GET', '/v1/whoami')).body).toMatchObject({
      ...{ kind: 'token', id: 'ann@example.com', scopes: ['read', 'ingest'], namespaces: [mine, theirs] },
    });
  });

  it('takes one that it was not sent before, and asked for the keys no more than it had to', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, turn) =>
        as(await withRights('read', mine, { claims: { sub: `caller-${turn}` } })).ask('GET', '/v1/ingestions'),
      ),
    );

    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(issuer.fetches).toBe(1);
  });
});

describe.each(badTokens)('a token %s', (_, make) => {
  it('is refused on every route, and begins no session of MCP', async () => {
    const token = await make(issuer);
    const answers = await Promise.all(routes.map((route) => send(token, route, own)));

    expect(answers.map(({ status, body }) => [status, body['reason']])).toEqual(
      routes.map(() => [401, 'unauthenticated']),
    );
    expect(JSON.stringify(answers)).not.toContain(token);
    expect((await as(token).ask('GET', '/metrics')).status).toBe(401);
    expect((await mcpCall(token, 'initialize', hello)).status).toBe(401);
  });
});

describe.each(routes)('a token, $name', (route) => {
  it('needs the scope', async () => {
    const lacking: (Scope | undefined)[] = scopes.filter((scope) => scope !== route.scope && scope !== 'admin');
    const others = route.forEveryScope === true ? [undefined] : [...lacking, undefined];

    for (const scope of others) {
      const { status, body } = await send(await withRights(scope, mine), route, own);
      expect([scope, status, body['reason']]).toEqual([scope, 403, 'forbidden']);
    }
  });

  it('needs the namespace', async () => {
    const { status } = await send(await withRights(route.scope, mine), route, foreign);
    const none = await send(await withRights(route.scope, undefined), route, own);

    expect([status, none.status]).toEqual([route.foreign, route.foreign]);
  });

  it('is let in with both', async () => {
    for (const namespaces of [mine, [mine], '*']) {
      const { status } = await send(await withRights(`penstock:${route.scope}`, namespaces), route, own);
      expect(status === route.own || status === 404).toBe(true);
    }
  });
});

describe('MCP over HTTP with a token', () => {
  it('works with its scopes and namespaces, and the session is nobody else’s', async () => {
    const token = await withRights('read', mine);
    const { session, status } = await mcpCall(token, 'initialize', hello);
    const read = (namespace: string): Promise<Called> =>
      mcpCall(token, 'tools/call', tool('get_document', { document_id: 'shared-name', namespace }), session);
    const [ours, others] = [await read(mine), await read(theirs)];
    const write = tool('add_memory', { text: 'A note.', namespace: mine });
    const written = await mcpCall(token, 'tools/call', write, session);
    const stolen = await mcpCall(await withRights('admin', '*'), 'tools/list', {}, session);

    expect(status).toBe(200);
    expect(ours.text).toContain(own.ingestionId);
    expect(others.text).toMatch(/"isError":\s*true/);
    expect(others.text).not.toContain(foreign.ingestionId);
    expect(written.text).toContain('needs the scope ingest');
    expect(stolen.status).toBe(404);
  });

  it('writes where it may', async () => {
    const token = await withRights('read ingest', [mine]);
    const { session } = await mcpCall(token, 'initialize', hello);
    const add = (namespace: string): Promise<Called> => {
      const given = { text: 'The gauge is read by hand.', document_id: 'by-agent', namespace };
      return mcpCall(token, 'tools/call', tool('add_memory', given), session);
    };
    const [ours, others] = [await add(mine), await add(theirs)];
    const api = as(await withRights('read', '*'));

    expect(ours.text).not.toMatch(/"isError":\s*true/);
    expect(others.text).toContain('not for that namespace');
    expect((await api.document(mine, 'by-agent')).status).toBe(200);
    expect((await api.document(theirs, 'by-agent')).status).toBe(404);
  });

  it('ends with it: what an expired one began is refused by the API', async () => {
    const lifeS = 5;
    const claims = { exp: Math.floor(Date.now() / 1000) - 30 + lifeS };
    const token = await withRights('read', mine, { claims });
    const begun = await mcpCall(token, 'initialize', hello);
    const isOver = async (): Promise<Called | undefined> => {
      const asked = tool('get_document', { document_id: 'shared-name', namespace: mine });
      const called = await mcpCall(token, 'tools/call', asked, begun.session);
      return /"isError":\s*true/.test(called.text) ? called : undefined;
    };

    expect(begun.status).toBe(200);
    expect((await eventually('the token to expire', isOver, withinMs)).text).toContain('not valid');
  });
});

describe('keys that change', () => {
  it('are taken once the issuer shows them, also beside the old ones', async () => {
    await issuer.show('first', 'second');
    const [old, next] = [await withRights('read', mine), await withRights('read', mine, { pair: 'second' })];
    const taken = async (): Promise<true | undefined> =>
      (await as(next).ask('GET', '/v1/ingestions')).status === 200 ? true : undefined;

    await eventually('the new key to hold', taken, withinMs);

    expect((await as(old).ask('GET', '/v1/ingestions')).status).toBe(200);
  });

  it('are refused once the issuer has taken them back and the keys were asked for again', async () => {
    await issuer.show('second');
    const old = await withRights('read', mine);
    const isGone = async (): Promise<true | undefined> => {
      // A kid that nobody knows makes the keys be fetched again, every few seconds at most.
      await as(await issuer.token({ pair: 'stranger' })).ask('GET', '/v1/ingestions');
      return (await as(old).ask('GET', '/v1/ingestions')).status === 401 ? true : undefined;
    };

    await eventually('the old key to be refused', isGone, withinMs);

    const next = await withRights('read', mine, { pair: 'second' });
    expect((await as(next).ask('GET', '/v1/ingestions')).status).toBe(200);
  });

  it('hold while the issuer is away, and what can’t be told then is no fault of the caller', async () => {
    issuer.isAway = true;
    const stranger = await issuer.token({ pair: 'stranger' });
    const untold = async (): Promise<Answer | undefined> => {
      const answer = await as(stranger).ask('GET', '/v1/ingestions');
      return answer.status === 503 ? answer : undefined;
    };

    const answer = await eventually('a key to be asked for in vain', untold, withinMs);

    const known = await withRights('read', mine, { pair: 'second' });
    expect(answer.body['reason']).toBe('token-issuer-away');
    expect((await as(known).ask('GET', '/v1/ingestions')).status).toBe(200);
  });
});
