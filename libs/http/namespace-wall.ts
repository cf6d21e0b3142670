import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';

import { withinNamespaces } from '#database';

import type { IdentifiedRequest } from './needs.js';

/** Serves callers who are bound to namespaces so that PostgreSQL itself shows nothing else. */
export class NamespaceWall implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const namespaces = context.switchToHttp().getRequest<IdentifiedRequest>().caller?.namespaces;
    if (namespaces === undefined) return next.handle();
    return new Observable((subscriber) => withinNamespaces(namespaces, () => next.handle().subscribe(subscriber)));
  }
}
