import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

import { PermanentFailure } from '#failure';

import { needKey, senderOf, type Need } from './needs.js';

/** Lets a request through to its route if the route says what it needs, and the caller has it. */
export class AccessGuard implements CanActivate {
  private readonly reflector = new Reflector();

  canActivate(context: ExecutionContext): boolean {
    const need = this.reflector.getAllAndOverride<Need | undefined>(needKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (need === undefined) throw new PermanentFailure('nobody may call this', { reason: 'forbidden' });
    if ('everybody' in need) return true;
    const caller = senderOf(context);
    if (need.scopes.length > 0 && !need.scopes.some((scope) => caller.may(scope))) {
      throw new PermanentFailure(`this needs the scope ${need.scopes.join(' or ')}`, { reason: 'forbidden' });
    }
    return true;
  }
}
