import type { IncomingHttpHeaders } from 'node:http';

import { PermanentFailure } from '#failure';

import { anyone, type Caller } from './caller.js';
import type { ApiKeys } from './key-table.js';
import type { KeyVerifier } from './key-verifier.js';
import { isLoopback, isMeantForLoopback } from './loopback.js';
import type { TokenVerifier } from './token-verifier.js';

export interface AccessParts {
  readonly keys: Pick<KeyVerifier, 'callerOf' | 'areNeeded'>;
  /** Only where an issuer of tokens is set. */
  readonly tokens?: Pick<TokenVerifier, 'callerOf'> | undefined;
  /** Where the door listens. */
  readonly host: string;
}

/** Says who sends a request. Nobody needs a key on loopback, until there is a key or an issuer of tokens. */
export class Access {
  constructor(private readonly parts: AccessParts) {}

  /**
   * Undefined for somebody unknown, who may see what is for everybody and no more.
   * @throws PermanentFailure `unauthenticated` for credentials that do not hold, TransientFailure if nobody can tell.
   */
  async callerOf(headers: IncomingHttpHeaders): Promise<Caller | undefined> {
    const credentials = credentialsOf(headers);
    if (credentials === undefined) return (await this.isOpen()) && isMeantForLoopback(headers) ? anyone : undefined;
    const { keys, tokens } = this.parts;
    const caller = (await keys.callerOf(credentials)) ?? (await tokens?.callerOf(credentials));
    if (caller === undefined) throw unauthenticated('the key or token is not valid, or not valid any more');
    return caller;
  }

  private async isOpen(): Promise<boolean> {
    const { keys, tokens, host } = this.parts;
    return isLoopback(host) && tokens === undefined && !(await keys.areNeeded());
  }
}

export function unauthenticated(message: string): PermanentFailure {
  return new PermanentFailure(message, { reason: 'unauthenticated' });
}

const bearer = /^Bearer ([^\s,]+)$/i;

/** The one key or token of a request. @throws PermanentFailure `unauthenticated` if it can't be told which it is. */
function credentialsOf(headers: IncomingHttpHeaders): string | undefined {
  const { authorization, 'x-api-key': key } = headers;
  if (authorization === undefined && key === undefined) return undefined;
  if (authorization !== undefined && key !== undefined) throw unauthenticated('send one key or token, not two');
  const given = authorization === undefined ? key : bearer.exec(authorization)?.[1];
  if (typeof given !== 'string' || given === '')
    throw unauthenticated('send `Authorization: Bearer` and a key or token');
  return given;
}

/**
 * Off loopback a door may not be opened that nobody needs a key for.
 * @throws PermanentFailure `no-keys`.
 */
export async function requireLock(
  { host, tokens }: Pick<AccessParts, 'host' | 'tokens'>,
  keys: Pick<ApiKeys, 'anyOfUse'>,
): Promise<void> {
  if (isLoopback(host) || tokens !== undefined || (await keys.anyOfUse())) return;
  const message =
    `the API does not listen on ${host} without keys: make one with ` +
    '`penstock keys create NAME --scopes admin --all-namespaces`, or set PENSTOCK_JWT_ISSUER';
  throw new PermanentFailure(message, { reason: 'no-keys' });
}
