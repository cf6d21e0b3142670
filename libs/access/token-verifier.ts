import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';

import { TransientFailure } from '#failure';

import { Caller } from './caller.js';
import { isScope, type Scope } from './scope.js';

export interface TokenOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer shows its public keys. */
  readonly jwksUrl: string;
  /** Signatures that count; none with a shared secret, so that no public key can be taken for one. */
  readonly algorithms: readonly string[];
  readonly clockSkewMs: number;
  /** Claim that holds the scopes: words with spaces between, or a list; each may begin with `penstock:`. */
  readonly scopesClaim: string;
  /** Claim that holds the namespaces, in the same forms; `*` is all of them. Without it there are none. */
  readonly namespacesClaim: string;
}

const jwksTimeoutMs = 5_000;
/** An unknown key makes the set be fetched again, but no more often than that, whoever sends what. */
const jwksCooldownMs = 5_000;
const jwksBelievedMs = 600_000;
const namespaceForm = /^[a-z0-9][a-z0-9-]{0,62}$/;
const subjectCharsMax = 255;

/** Says whose a JSON Web Token of one issuer is. */
export class TokenVerifier {
  private readonly keys: JWTVerifyGetKey;

  constructor(private readonly options: TokenOptions) {
    this.keys = createRemoteJWKSet(new URL(options.jwksUrl), {
      timeoutDuration: jwksTimeoutMs,
      cooldownDuration: jwksCooldownMs,
      cacheMaxAge: jwksBelievedMs,
    });
  }

  /** Undefined unless it is a token that holds. @throws TransientFailure if the issuer's keys can't be fetched. */
  async callerOf(token: string): Promise<Caller | undefined> {
    const { issuer, audience, algorithms, clockSkewMs } = this.options;
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        ...{ issuer, audience, algorithms: [...algorithms], clockTolerance: clockSkewMs / 1000 },
        requiredClaims: ['exp', 'sub'],
      });
      return this.callerFrom(payload);
    } catch (error) {
      if (isRefusal(error)) return undefined;
      const message = 'the keys of the token issuer could not be fetched';
      throw new TransientFailure(message, { reason: 'token-issuer-away', cause: error });
    }
  }

  private callerFrom(payload: JWTPayload): Caller {
    const id = String(payload.sub).slice(0, subjectCharsMax);
    const scopes = wordsOf(payload[this.options.scopesClaim]).map((word) => word.replace(/^penstock:/, ''));
    const namespaces = wordsOf(payload[this.options.namespacesClaim]);
    return new Caller({
      ...{ kind: 'token', id, name: id },
      scopes: scopes.filter((word): word is Scope => isScope(word)),
      namespaces: namespaces.includes('*') ? undefined : namespaces.filter((name) => namespaceForm.test(name)),
    });
  }
}

/** What is wrong with the token itself. An answer of the issuer that makes no sense is not. */
function isRefusal(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false;
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}

function wordsOf(claim: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(claim) ? claim : typeof claim === 'string' ? claim.split(' ') : [];
  return list.filter((word): word is string => typeof word === 'string' && word !== '');
}
