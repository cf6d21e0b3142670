import { setTimeout as delay } from 'node:timers/promises';

import { PermanentFailure, TransientFailure } from '#failure';

import type { ServiceName } from './addresses.js';
import { launch, logTail, type Launched } from './launch.js';
import { isSameProcess, recordedProcess, recordProcess } from './pid-file.js';
import { readProcess } from './processes.js';
import type { Service, ServiceContext, StackOptions, StackProgress } from './service.js';
import { contextOf, logPath, serviceNamed } from './services.js';

const pollMs = 100;
const startTimeoutMs = 120_000;
const memoryHeldMs = 10_000;
/**
 * Sessions of a postmaster that was killed may take a moment to notice; until then they hold the memory the next one
 * needs.
 */
const memoryStillHeld = 'pre-existing shared memory block';

/**
 * Starts one service and waits until it answers. A service that runs already is left alone. Throws a PermanentFailure
 * with the last lines of its log when it ends instead, or when it runs on another port than asked for.
 */
export async function startService(options: StackOptions, name: ServiceName): Promise<void> {
  const service = serviceNamed(name);
  const context = contextOf(options, name);
  const startedMs = performance.now();
  const tell = (state: StackProgress['state']): void =>
    options.onProgress?.({
      service: name,
      state,
      address: context.addresses[name],
      elapsedMs: performance.now() - startedMs,
    });
  const running = runningOn(options, name);
  if (running === undefined) {
    tell('starting');
    await startFresh(service, context);
  } else {
    await untilHealthy(service, context, { ...running, logStart: 0 });
  }
  await service.provision?.(context);
  tell(running === undefined ? 'healthy' : 'already-running');
}

function runningOn(options: StackOptions, name: ServiceName): { pid: number; startedAt: string } | undefined {
  const recorded = recordedProcess(options.dataFolder, name);
  if (!recorded?.running) return undefined;
  const port = options.ports[name];
  if (recorded.port === port) return recorded;
  throw new PermanentFailure(
    `${name} already runs from ${options.dataFolder}, on port ${recorded.port} instead of ${port}: stop it first`,
    { reason: 'other-port' },
  );
}

async function startFresh(service: Service, context: ServiceContext): Promise<void> {
  const { options } = context;
  const log = logPath(options.dataFolder, service.name);
  const command = await preparedCommand(service, context);
  const giveUpMs = performance.now() + memoryHeldMs;
  for (;;) {
    const launched = await launch(command, log);
    const startedAt = readProcess(launched.pid)?.startedAt ?? '';
    recordProcess(options.dataFolder, service.name, launched.pid, options.ports[service.name]);
    try {
      return await untilHealthy(service, context, { ...launched, startedAt });
    } catch (error) {
      const passing = logTail(log, launched.logStart).includes(memoryStillHeld);
      if (!passing || performance.now() > giveUpMs) throw error;
    }
    await delay(pollMs);
  }
}

async function preparedCommand(service: Service, context: ServiceContext): ReturnType<Service['prepare']> {
  try {
    return await service.prepare(context);
  } catch (cause) {
    if (cause instanceof PermanentFailure) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PermanentFailure(`${service.name} could not be prepared: ${message}`, {
      reason: 'service-crashed',
      cause,
    });
  }
}

/** Asks until the service answers, its process ends, or the time is up. */
async function untilHealthy(
  service: Service,
  { options, addresses }: ServiceContext,
  started: Launched & { readonly startedAt: string },
): Promise<void> {
  const log = logPath(options.dataFolder, service.name);
  const deadlineMs = performance.now() + startTimeoutMs;
  for (;;) {
    const why = await failureOf(service.check(addresses[service.name]));
    if (!isSameProcess(started)) {
      throw new PermanentFailure(
        `${service.name} ended while it was starting. Its log, ${log}, ends with:\n${logTail(log, started.logStart)}`,
        { reason: 'service-crashed' },
      );
    }
    if (why === undefined) return;
    if (performance.now() > deadlineMs) {
      const message = `${service.name} runs but did not answer within ${startTimeoutMs / 1000} s (${why}); see ${log}`;
      throw new TransientFailure(message, { reason: 'service-silent' });
    }
    await delay(pollMs);
  }
}

/** Why a check failed, or undefined when it passed. */
export async function failureOf(check: Promise<void>): Promise<string | undefined> {
  try {
    await check;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
