import { Access, ApiKeys, KeyVerifier, requireLock, TokenVerifier } from '#access';
import type { Config } from '#config';
import { PermanentFailure } from '#failure';

import type { Platform } from './platform.js';

/**
 * Who may call this process.
 * @param door whether it serves more than health and metrics.
 * @throws PermanentFailure `no-keys` if everybody on a network could, `bad-configuration` for half an issuer of tokens.
 */
export async function createAccess({ config, nowMs, pool }: Platform, door: boolean): Promise<Access> {
  const { httpHost: host, keyPepper: pepper = '' } = config;
  const table = new ApiKeys(pool, pepper);
  const keys = new KeyVerifier(table, { pepper, nowMs });
  const tokens = tokenVerifier(config);
  if (door) await requireLock({ host, tokens }, table);
  // Known from now on, also while the database is away.
  await keys.areNeeded();
  return new Access({ keys, tokens, host });
}

function tokenVerifier(config: Config): TokenVerifier | undefined {
  const { jwtIssuer: issuer, jwtAudience: audience, jwtJwksUrl: jwksUrl } = config;
  if (issuer === undefined && audience === undefined && jwksUrl === undefined) return undefined;
  if (issuer === undefined || audience === undefined || jwksUrl === undefined) {
    throw new PermanentFailure('PENSTOCK_JWT_ISSUER, PENSTOCK_JWT_AUDIENCE and PENSTOCK_JWT_JWKS_URL belong together', {
      reason: 'bad-configuration',
    });
  }
  return new TokenVerifier({
    ...{ issuer, audience, jwksUrl, algorithms: config.jwtAlgorithms, clockSkewMs: config.jwtClockSkewMs },
    ...{ scopesClaim: config.jwtScopesClaim, namespacesClaim: config.jwtNamespacesClaim },
  });
}
