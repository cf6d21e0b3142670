import type { ChainableCommander, Redis } from 'ioredis';

import { TransientFailure } from '#failure';

import { redisFailure } from './redis-failure.js';
import { repliesOf } from './replies-of.js';
import { scripts } from './scripts.js';

export type ScriptName = keyof typeof scripts;

/** One run of a script. */
export interface ScriptCall {
  readonly keys: readonly string[];
  readonly arguments: readonly (string | number)[];
}

type Scripted = Record<ScriptName, (...all: readonly (string | number)[]) => unknown>;

/**
 * Runs a script for each call in one round trip and answers their results in order. Each run is atomic, not the list.
 * @throws TransientFailure, also when the signal aborts: what was sent may still be done.
 */
export async function runScripts(
  redis: Redis,
  name: ScriptName,
  calls: readonly ScriptCall[],
  signal?: AbortSignal,
): Promise<unknown[]> {
  if (calls.length === 0) return [];
  if (!(name in redis)) redis.defineCommand(name, { lua: scripts[name], numberOfKeys: 5 });
  const pipeline = redis.pipeline() as ChainableCommander & Scripted;
  for (const { keys, arguments: given } of calls) pipeline[name](...keys, ...given);
  return repliesOf(unlessAborted(pipeline.exec(), signal));
}

/** Settles with the work or as soon as the signal aborts: a driver that waits must not hold the caller. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(new TransientFailure('redis: gave up waiting', { reason: 'aborted' }));
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted]);
  } catch (error) {
    work.catch(() => undefined);
    throw redisFailure(error);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
