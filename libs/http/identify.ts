import type { NextFunction, Response } from 'express';

import { anyone, unauthenticated, type Access, type Caller, type RateLimits } from '#access';

import type { IdentifiedRequest } from './needs.js';

/** What knows its callers by itself: webhooks are signed. */
const signed = /^\/v1\/webhooks\//i;
const api = /^\/v1(\/|$)/i;
const metrics = /^\/metrics\/?$/i;

export interface IdentifyOptions {
  /** Whether metrics are for everybody. */
  readonly metricsOpen: boolean;
}

/**
 * Says who sends a request before anything of its body is read: below `/v1` nobody unknown is listened to. What a
 * caller may do, the guard of the route decides.
 */
export function identify(
  access: Pick<Access, 'callerOf'>,
  limits: Pick<RateLimits, 'countCaller' | 'countStranger'>,
  { metricsOpen }: IdentifyOptions,
) {
  const callerOf = async ({ headers, path }: IdentifiedRequest): Promise<Caller | undefined> => {
    if (metrics.test(path)) return metricsOpen ? anyone : access.callerOf(headers);
    const caller = await access.callerOf(headers);
    if (caller === undefined) throw unauthenticated('this needs a key or token');
    return caller;
  };
  return async (request: IdentifiedRequest, _response: Response, next: NextFunction): Promise<void> => {
    const { ip = '', path } = request;
    if (signed.test(path)) await limits.countStranger(ip);
    else if (api.test(path) || metrics.test(path)) {
      const caller = await callerOf(request).catch(async (error: unknown) => {
        await limits.countStranger(ip);
        throw error;
      });
      if (caller !== undefined) {
        await limits.countCaller(caller);
        request.caller = caller;
        request.stillFrom = () => callerOf(request).catch(() => undefined);
      }
    }
    next();
  };
}
