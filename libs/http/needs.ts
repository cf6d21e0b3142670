import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiExtension, ApiForbiddenResponse, ApiSecurity, ApiUnauthorizedResponse } from '@nestjs/swagger';
import type { Request } from 'express';

import { unauthenticated, type Caller, type Scope } from '#access';

/** What a route asks of its callers; a route that says nothing is shut. */
export type Need = { readonly scopes: readonly Scope[] } | { readonly everybody: true };

export const needKey = 'penstock:needs';

/** Names of the security schemes in OpenAPI. */
export const bearerScheme = 'bearer';
export const keyScheme = 'key';

/** The route, or all of a controller, is for callers with one of these scopes; without any, for whoever has a name. */
export function Needs(...scopes: Scope[]): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(needKey, { scopes } satisfies Need),
    ApiSecurity(bearerScheme),
    ApiSecurity(keyScheme),
    ApiExtension('x-penstock-scopes', scopes),
    ApiUnauthorizedResponse({ description: 'No key or token, or one that does not hold' }),
    ApiForbiddenResponse({ description: 'The key or token lacks the scope or the namespace' }),
  );
}

/** The route is for everybody: it shows nothing of what is stored, or knows its callers by itself. */
export function ForEverybody(): MethodDecorator & ClassDecorator {
  return SetMetadata(needKey, { everybody: true } satisfies Need);
}

/** A request whose sender has been looked at. */
export interface IdentifiedRequest extends Request {
  caller?: Caller;
  /** Who its sender is now; undefined for credentials that do not hold any more. For answers that go on. */
  stillFrom?: () => Promise<Caller | undefined>;
}

/** The sender of a request. @throws PermanentFailure `unauthenticated` where there is none. */
export function senderOf(context: ExecutionContext): Caller {
  const { caller } = context.switchToHttp().getRequest<IdentifiedRequest>();
  if (caller === undefined) throw unauthenticated('this needs a key or token');
  return caller;
}

/** The sender of a request, for a handler; see `senderOf`. */
export const Who = createParamDecorator((_: unknown, context: ExecutionContext): Caller => senderOf(context));
