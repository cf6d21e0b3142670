import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';

import type { Caller } from '#access';
import { PermanentFailure } from '#failure';
import { Metrics } from '#telemetry';

import { ForEverybody, Needs, Who } from './needs.js';

export interface HealthCheck {
  readonly name: string;
  /** Resolves if healthy; its error's message says what is wrong. */
  check(): Promise<void>;
}

/** What readiness means for this process: its roles consume and its services answer. */
export abstract class HealthChecks {
  abstract readonly checks: readonly HealthCheck[];
}

const checkTimeoutMs = 3_000;

@ApiExcludeController()
@Controller()
@ForEverybody()
export class HealthController {
  constructor(
    private readonly metrics: Metrics,
    private readonly health: HealthChecks,
  ) {}

  @Get('health/live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('health/ready')
  async ready(@Res() response: Response): Promise<void> {
    const results = await Promise.all(this.health.checks.map(async (one) => [one.name, await outcomeOf(one)] as const));
    const ok = results.every(([, outcome]) => outcome === 'ok');
    response.status(ok ? 200 : 503).json({ status: ok ? 'ok' : 'unavailable', checks: Object.fromEntries(results) });
  }

  /** Metrics name namespaces, so they are for those who have all of them. */
  @Get('metrics')
  @Needs('admin')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  metricsText(@Who() caller: Caller): Promise<string> {
    if (caller.namespaces !== undefined) {
      throw new PermanentFailure('metrics are of all namespaces', { reason: 'forbidden-namespace' });
    }
    return this.metrics.registry.metrics();
  }
}

async function outcomeOf({ check }: HealthCheck): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve('timeout'), checkTimeoutMs);
  const checked = check().then(
    () => 'ok',
    () => 'unavailable',
  );
  return Promise.race([checked, promise]).finally(() => clearTimeout(timer));
}
