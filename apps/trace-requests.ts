import type { NextFunction, Request, Response } from 'express';

import { inSpan, type Tracer } from '#telemetry';

const questions = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Requests as spans, as part of what the caller's `traceparent` says. Probes and pages are none, nor are questions of
 * callers who trace nothing: whoever waits for an outcome asks every second.
 */
export function traceRequests(tracer: Tracer): (request: Request, response: Response, next: NextFunction) => void {
  return (request, response, next) => {
    const parent = request.get('traceparent');
    if (!request.path.startsWith('/v1/') || (parent === undefined && questions.has(request.method))) {
      next();
      return;
    }
    const attributes = { 'http.request.method': request.method };
    const span = tracer.start({ name: request.method, kind: 'server', parent, remote: true, attributes });
    response.on('close', () => {
      const route = (request.route as { path?: string } | undefined)?.path;
      // Routes, not paths, are names: paths hold what users call their documents.
      if (route !== undefined) span.rename(`${request.method} ${route}`);
      span.set({ 'http.route': route, 'http.response.status_code': response.statusCode });
      if (response.statusCode >= 500) span.fail(String(response.statusCode));
      span.end();
    });
    inSpan(span.traceparent, next);
  };
}
