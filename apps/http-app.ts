import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';

import type { Access, RateLimits } from '#access';
import {
  AccessGuard,
  bearerScheme,
  consoleFiles,
  identify,
  jsonBody,
  keyScheme,
  NamespaceWall,
  ProblemFilter,
  secureHeaders,
} from '#http';
import type { Log, Metrics } from '#telemetry';

import { AppModule, type AppParts } from './app.module.js';
import { consoleFolder } from './console-folder.js';
import type { RoleName } from './roles.js';
import { traceRequests } from './trace-requests.js';

/** Nobody needs longer to say what they want. */
const headersMsMax = 15_000;
/** Longer than the minute that clients and load balancers keep a connection at rest, so that they are who closes it. */
const restingMsMax = 65_000;

/** The Nest application of a process: its door, and the host of its consumers. It does not listen yet. */
export async function createHttpApp(
  names: readonly RoleName[],
  parts: AppParts,
  { access, limits }: { readonly access: Access; readonly limits: RateLimits },
): Promise<NestExpressApplication> {
  const { config, log, metrics, tracer } = parts.platform;
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoles(names, parts), {
    logger: nestLogger(log),
    bodyParser: false,
    abortOnError: false,
  });
  app.disable('x-powered-by');
  // Nobody may keep an answer, so none has to be hashed.
  app.disable('etag');
  app.use(measured(metrics));
  app.use(secureHeaders());
  // Before any body is read.
  app.use(identify(access, limits, config));
  app.useBodyParser('json', jsonBody);
  // After it, for what is read of a body goes on in the scope in which reading began.
  if (tracer !== undefined) app.use(traceRequests(tracer));
  Object.assign(app.getHttpServer(), {
    headersTimeout: headersMsMax,
    keepAliveTimeout: restingMsMax,
    requestTimeout: config.uploadTimeoutMs,
  });
  app.useGlobalGuards(new AccessGuard());
  app.useGlobalInterceptors(new NamespaceWall());
  app.useGlobalFilters(new ProblemFilter(log));
  if (names.includes('api')) {
    serveDocs(app);
    app.use('/console', consoleFiles(consoleFolder()));
  }
  return app;
}

function serveDocs(app: NestExpressApplication): void {
  const description = 'Documents in, live in Neo4j, PostgreSQL, Qdrant and Redis, or in none of them.';
  const document = new DocumentBuilder()
    .setTitle('Penstock')
    .setDescription(description)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key or a JSON Web Token' }, bearerScheme)
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, keyScheme)
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, document), {
    jsonDocumentUrl: 'docs/openapi.json',
  });
}

/** Routes, not paths, are labels: ids in paths would make a series for each document. */
function measured(metrics: Metrics): (request: Request, response: Response, next: NextFunction) => void {
  return (request, response, next) => {
    const started = performance.now();
    response.on('finish', () => {
      const route = (request.route as { path?: string } | undefined)?.path ?? 'unmatched';
      const labels = { method: request.method, route, status: String(response.statusCode) };
      metrics.httpSeconds.observe(labels, (performance.now() - started) / 1000);
    });
    next();
  };
}

/** Nest tells of its start at info; normal operation logs nothing, so that goes to debug. */
function nestLogger(log: Log): LoggerService {
  const at =
    (level: 'debug' | 'warn' | 'error') =>
    (message: unknown, ...rest: unknown[]) =>
      log[level]({ nest: rest.at(-1) }, String(message));
  return {
    log: at('debug'),
    debug: at('debug'),
    verbose: at('debug'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('error'),
  };
}
