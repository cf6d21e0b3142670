import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWK } from 'jose';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

export interface TokenParts {
  /** Other claims than usual; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Which of the pairs signs; the first one unless said. */
  readonly pair?: 'first' | 'second' | 'stranger';
  readonly header?: Readonly<Record<string, unknown>>;
}

const algorithm = 'RS256';
const issuer = 'https://login.example.com/';
const audience = 'penstock-e2e';
const nowS = (): number => Math.floor(Date.now() / 1000);

/** An identity provider of this machine: shows public keys, and signs with the private ones. */
export class TokenIssuer {
  fetches = 0;
  /** Whether it answers. */
  isAway = false;
  private shown: JWK[] = [];
  private readonly pairs = new Map<string, Pair>();
  private readonly server: Server = createServer((_, response) => {
    this.fetches += 1;
    response.statusCode = this.isAway ? 500 : 200;
    response.end(JSON.stringify({ keys: this.shown }));
  });

  async start(): Promise<void> {
    for (const name of ['first', 'second', 'stranger']) {
      this.pairs.set(name, await generateKeyPair(algorithm, { extractable: true }));
    }
    await this.show('first');
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  stop(): void {
    this.server.close();
  }

  /** What a Penstock is told of it. */
  environment(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return {
      PENSTOCK_JWT_ISSUER: issuer,
      PENSTOCK_JWT_AUDIENCE: audience,
      PENSTOCK_JWT_JWKS_URL: `http://127.0.0.1:${port}/keys`,
    };
  }

  /** From now on these keys hold, and no others. */
  async show(...names: readonly string[]): Promise<void> {
    const keys = names.map(async (kid) => ({ ...(await this.publicJwk(kid)), kid, alg: algorithm, use: 'sig' }));
    this.shown = await Promise.all(keys);
  }

  publicJwk(name: string): Promise<JWK> {
    return exportJWK(this.pair(name).publicKey);
  }

  publicPem(name: string): Promise<string> {
    return exportSPKI(this.pair(name).publicKey);
  }

  /** The claims of a token that holds for ten minutes, with some of them changed. */
  claims(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    const usual = { iss: issuer, aud: audience, sub: 'ann', exp: nowS() + 600, scope: 'read' };
    return Object.fromEntries(Object.entries({ ...usual, ...changes }).filter(([, value]) => value !== undefined));
  }

  token({ claims = {}, pair = 'first', header = {} }: TokenParts = {}): Promise<string> {
    const protectedHeader = { alg: algorithm, kid: pair, ...header };
    return new SignJWT(this.claims(claims)).setProtectedHeader(protectedHeader).sign(this.pair(pair).privateKey);
  }

  private pair(name: string): Pair {
    const pair = this.pairs.get(name);
    if (pair === undefined) throw new Error(`no key pair ${name}`);
    return pair;
  }
}
