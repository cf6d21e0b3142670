import { SignJWT } from 'jose';

import type { TokenIssuer } from './token-issuer.js';

const nowS = (): number => Math.floor(Date.now() / 1000);
/** Whoever forges one asks for everything. */
const everything = { scope: 'admin', penstock_namespaces: '*' };
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function withClaims(claims: Readonly<Record<string, unknown>>) {
  return (issuer: TokenIssuer): Promise<string> => issuer.token({ claims: { ...everything, ...claims } });
}

function unsigned(alg: string) {
  return (issuer: TokenIssuer): string => `${part({ alg, kid: 'first' })}.${part(issuer.claims(everything))}.`;
}

/** The public key is known to all: taken for a shared secret, it would let everybody sign. */
function signedWithPublicKey(alg: string, form: (issuer: TokenIssuer) => Promise<string>) {
  return async (issuer: TokenIssuer): Promise<string> =>
    new SignJWT(issuer.claims(everything))
      .setProtectedHeader({ alg, kid: 'first' })
      .sign(new TextEncoder().encode(await form(issuer)));
}

/** Signed with a key that the issuer does not show. */
function byStranger(header: Readonly<Record<string, unknown>>) {
  return (issuer: TokenIssuer): Promise<string> => issuer.token({ claims: everything, pair: 'stranger', header });
}

async function changed(issuer: TokenIssuer): Promise<string> {
  const [header, , signature] = (await issuer.token()).split('.');
  return `${header}.${part(issuer.claims(everything))}.${signature}`;
}

/** Tokens that do not hold: why, and how they are made. */
export const badTokens: readonly (readonly [string, (issuer: TokenIssuer) => string | Promise<string>])[] = [
  ['that is expired', withClaims({ exp: nowS() - 3_600 })],
  ['without an end', withClaims({ exp: undefined })],
  ['that is not valid yet', withClaims({ nbf: nowS() + 3_600 })],
  ['for another audience', withClaims({ aud: 'another-service' })],
  ['for no audience', withClaims({ aud: undefined })],
  ['of another issuer', withClaims({ iss: 'https://login.example.org/' })],
  ['of an issuer without its last slash', withClaims({ iss: 'https://login.example.com' })],
  ['of no issuer', withClaims({ iss: undefined })],
  ['of nobody', withClaims({ sub: undefined })],
  ['unsigned, alg none', unsigned('none')],
  ['unsigned, alg NonE', unsigned('NonE')],
  ['that says it is signed, without a signature', unsigned('RS256')],
  [
    'signed by HS256 with the public key as PEM',
    signedWithPublicKey('HS256', (issuer: TokenIssuer): Promise<string> => issuer.publicPem('first')),
  ],
  [
    'signed by HS512 with the public key as JWK',
    signedWithPublicKey('HS512', async (issuer: TokenIssuer): Promise<string> =>
      JSON.stringify(await issuer.publicJwk('first')),
    ),
  ],
  ['of an unknown kid', byStranger({ kid: 'nobody-has-this' })],
  ['of a stranger under a known kid', byStranger({ kid: 'first' })],
  [
    'with a key that it brings along',
    async (issuer: TokenIssuer): Promise<string> => byStranger({ jwk: await issuer.publicJwk('stranger') })(issuer),
  ],
  ['with an address of keys that it brings along', byStranger({ jku: 'http://127.0.0.1:9/keys' })],
  ['with a kid that is a path', byStranger({ kid: '../../dev/null' })],
  ['whose claims were changed', changed],
  [
    'that is cut off',
    async (issuer: TokenIssuer): Promise<string> => (await issuer.token({ claims: everything })).slice(0, -20),
  ],
];
