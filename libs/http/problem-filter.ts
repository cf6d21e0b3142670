import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';

import type { Log } from '#telemetry';

import { problemOf } from './problem.js';

/** Turns everything thrown into problem+json, once, for all controllers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const problem = problemOf(error);
    if (problem.status >= 500) {
      const { method, path, params } = http.getRequest<Request>();
      const { documentId, ingestionId } = params;
      this.log.error({ method, path, documentId, ingestionId, err: error }, 'request failed');
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (problem.reason === 'unauthenticated') response.setHeader('www-authenticate', 'Bearer realm="penstock"');
    const waitMs = problem.status === 429 ? (error as { retryAfterMs?: number }).retryAfterMs : undefined;
    if (waitMs !== undefined) response.setHeader('retry-after', String(Math.ceil(waitMs / 1000)));
    if (problem.status === 503) response.setHeader('retry-after', '1');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}
