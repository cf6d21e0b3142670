import type { NextFunction, Response } from 'express';

import { anyone, unauthenticated, type Access } from '#access';

import type { IdentifiedRequest } from './needs.js';

/** What knows its callers by itself: webhooks are signed. */
const signed = /^\/v1\/webhooks\//i;
const guarded = /^\/(v1|metrics)(\/|$)/i;

export interface IdentifyOptions {
  /** Whether metrics are for everybody. */
  readonly metricsOpen: boolean;
}

/**
 * Says who sends a request before anything of its body is read: below `/v1` nobody unknown is listened to. What a
 * caller may do, the guard of the route decides.
 */
export function identify(access: Pick<Access, 'callerOf'>, { metricsOpen }: IdentifyOptions) {
  return async (request: IdentifiedRequest, _response: Response, next: NextFunction): Promise<void> => {
    if (!guarded.test(request.path) || signed.test(request.path)) return next();
    const open = metricsOpen && /^\/metrics\/?$/i.test(request.path);
    const caller = open ? anyone : await access.callerOf(request.headers);
    if (caller !== undefined) request.caller = caller;
    else if (/^\/v1(\/|$)/i.test(request.path)) throw unauthenticated('this needs a key or token');
    next();
  };
}
