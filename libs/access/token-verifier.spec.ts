import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWK } from 'jose';

import { TransientFailure } from '#failure';

import { TokenVerifier } from './token-verifier.js';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

const issuer = 'https://login.example.com/';
const audience = 'penstock';
let server: Server;
let shown: JWK[] | undefined;
let fetches = 0;
let first: Pair;
let second: Pair;

beforeAll(async () => {
  server = createServer((_, response) => {
    fetches += 1;
    response.statusCode = shown === undefined ? 500 : 200;
    response.end(JSON.stringify({ keys: shown }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  first = await generateKeyPair('RS256', { extractable: true });
  second = await generateKeyPair('RS256', { extractable: true });
});

afterAll(() => void server.close());

beforeEach(async () => {
  fetches = 0;
  shown = [await publicKey(first, 'first')];
});

async function publicKey(pair: Pair, kid: string): Promise<JWK> {
  return { ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' };
}

function aVerifier(): TokenVerifier {
  const { port } = server.address() as AddressInfo;
  return new TokenVerifier({
    ...{ issuer, audience, jwksUrl: `http://127.0.0.1:${port}/keys`, algorithms: ['RS256'], clockSkewMs: 30_000 },
    ...{ scopesClaim: 'scope', namespacesClaim: 'penstock_namespaces' },
  });
}

const nowS = (): number => Math.floor(Date.now() / 1000);

interface Made {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly pair?: Pair;
  readonly kid?: string;
}

function aToken({ claims = {}, pair = first, kid = 'first' }: Made = {}): Promise<string> {
  const usual = { iss: issuer, aud: audience, sub: 'ann', exp: nowS() + 600 };
  const rights = { scope: 'penstock:read ingest', penstock_namespaces: ['a', 'b'] };
  const payload = Object.fromEntries(
    Object.entries({ ...usual, ...rights, ...claims }).filter(([, value]) => value !== undefined),
  );
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(pair.privateKey);
}

function unsigned(header: object, payload: object, signature = ''): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(payload)}.${signature}`;
}

describe('a token', () => {
  it('that holds says who sends it, and what they may', async () => {
    const caller = await aVerifier().callerOf(await aToken());

    expect(caller).toMatchObject({ kind: 'token', id: 'ann', scopes: ['read', 'ingest'], namespaces: ['a', 'b'] });
  });

  it.each([
    ['scopes as a list', { scope: ['admin', 'openid'] }, { scopes: ['admin'] }],
    ['no scopes', { scope: undefined }, { scopes: [] }],
    ['scopes of another kind', { scope: { admin: true } }, { scopes: [] }],
    ['namespaces as words', { penstock_namespaces: 'a b' }, { namespaces: ['a', 'b'] }],
    ['all namespaces', { penstock_namespaces: ['*'] }, { namespaces: undefined }],
    ['no namespaces', { penstock_namespaces: undefined }, { namespaces: [] }],
    ['namespaces that are none', { penstock_namespaces: ['A', '../b', 7] }, { namespaces: [] }],
    ['several audiences', { aud: ['other', audience] }, { id: 'ann' }],
    ['a clock that is a little behind', { exp: nowS() - 10 }, { id: 'ann' }],
  ])('with %s is taken for what it says', async (_, claims, expected) => {
    expect(await aVerifier().callerOf(await aToken({ claims }))).toMatchObject(expected);
  });

  it.each([
    ['expired', { exp: nowS() - 60 }],
    ['without an end', { exp: undefined }],
    ['not valid yet', { nbf: nowS() + 600 }],
    ['of another issuer', { iss: 'https://evil.example/' }],
    ['without an issuer', { iss: undefined }],
    ['for another audience', { aud: 'other' }],
    ['without an audience', { aud: undefined }],
    ['of nobody', { sub: undefined }],
  ])('that is %s is refused', async (_, claims) => {
    expect(await aVerifier().callerOf(await aToken({ claims }))).toBeUndefined();
  });

  it('without a signature is refused', async () => {
    const payload = { iss: issuer, aud: audience, sub: 'ann', exp: nowS() + 600, scope: 'admin' };

    for (const alg of ['none', 'None', 'NONE', undefined]) {
      expect(await aVerifier().callerOf(unsigned({ alg, kid: 'first' }, payload))).toBeUndefined();
    }
  });

  it('signed with the public key as a shared secret is refused', async () => {
    const secret = new TextEncoder().encode(await exportSPKI(first.publicKey));
    const claims = { iss: issuer, aud: audience, sub: 'ann', exp: nowS() + 600, scope: 'admin' };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(secret);

    expect(await aVerifier().callerOf(token)).toBeUndefined();
  });

  it('signed with another key under a known name, or one it brings along, is refused', async () => {
    const jwk = await publicKey(second, 'second');
    const { port } = server.address() as AddressInfo;
    const brought = { alg: 'RS256', jwk, jku: `http://127.0.0.1:${port}/evil` };
    const claims = { iss: issuer, aud: audience, sub: 'ann', exp: nowS() + 600 };

    expect(await aVerifier().callerOf(await aToken({ pair: second }))).toBeUndefined();
    expect(
      await aVerifier().callerOf(await new SignJWT(claims).setProtectedHeader(brought).sign(second.privateKey)),
    ).toBeUndefined();
  });

  it('with changed claims, or cut off, is refused', async () => {
    const [header = '', , signature = ''] = (await aToken()).split('.');
    const claims = Buffer.from(JSON.stringify({ iss: issuer, aud: audience, sub: 'eve', exp: nowS() + 600 }));

    for (const token of [`${header}.${claims.toString('base64url')}.${signature}`, header, `${header}.`, 'a.b.c', '']) {
      expect(await aVerifier().callerOf(token)).toBeUndefined();
    }
  });

  it('of an unknown key does not make the keys be fetched again and again', async () => {
    const verifier = aVerifier();

    for (let turn = 0; turn < 20; turn += 1) {
      expect(await verifier.callerOf(await aToken({ kid: `made-up-${turn}`, pair: second }))).toBeUndefined();
    }

    expect(fetches).toBe(1);
  });

  it('of a key that took the place of another is taken, and one of the old key refused, by who starts then', async () => {
    shown = [await publicKey(second, 'second')];
    const verifier = aVerifier();

    expect(await verifier.callerOf(await aToken({ pair: second, kid: 'second' }))).toMatchObject({ id: 'ann' });
    expect(await verifier.callerOf(await aToken())).toBeUndefined();
  });

  it('of a new key is taken by who knew the old one, once the keys may be fetched again', async () => {
    const verifier = aVerifier();
    await verifier.callerOf(await aToken());
    shown = [await publicKey(second, 'second')];
    const token = await aToken({ pair: second, kid: 'second' });

    const deadlineMs = performance.now() + 60_000;
    let caller = await verifier.callerOf(token);
    while (caller === undefined && performance.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      caller = await verifier.callerOf(token);
    }

    expect(caller).toMatchObject({ id: 'ann' });
    expect(fetches).toBe(2);
  });

  it('is nobody’s fault while the keys can’t be fetched', async () => {
    shown = undefined;

    await expect(aVerifier().callerOf(await aToken())).rejects.toBeInstanceOf(TransientFailure);
  });
});
