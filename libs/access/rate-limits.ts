import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

import { PermanentFailure } from '#failure';

import type { Caller } from './caller.js';

export interface RateLimitOptions {
  /** A client of ioredis: all processes count together. While it is away, each counts for itself. */
  readonly redis: unknown;
  /** Requests per minute of one key or token subject. */
  readonly callerMax: number;
  /** Requests per minute that one address may have refused for want of a key, or send without one. */
  readonly strangerMax: number;
}

const durationS = 60;

/** How much one sender may ask. */
export class RateLimits {
  private readonly callers: RateLimiterRedis;
  private readonly strangers: RateLimiterRedis;

  constructor({ redis, callerMax, strangerMax }: RateLimitOptions) {
    this.callers = limiter(redis, 'penstock-rate:caller', callerMax);
    this.strangers = limiter(redis, 'penstock-rate:address', strangerMax);
  }

  /** Whoever is on an open loopback has the machine anyhow. @throws PermanentFailure `rate-limited`. */
  async countCaller({ kind, id }: Pick<Caller, 'kind' | 'id'>): Promise<void> {
    if (kind !== 'anyone') await consume(this.callers, `${kind}:${id}`);
  }

  /** @throws PermanentFailure `rate-limited`. */
  async countStranger(address: string): Promise<void> {
    await consume(this.strangers, address);
  }
}

function limiter(storeClient: unknown, keyPrefix: string, points: number): RateLimiterRedis {
  const insuranceLimiter = new RateLimiterMemory({ points, duration: durationS });
  const counted = { storeClient, keyPrefix, points, duration: durationS };
  return new RateLimiterRedis({ ...counted, rejectIfRedisNotReady: true, insuranceLimiter });
}

async function consume(counter: RateLimiterRedis, key: string): Promise<void> {
  try {
    await counter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfterMs = Math.max(error.msBeforeNext, 1);
    throw new PermanentFailure('too many requests', { reason: 'rate-limited', retryAfterMs });
  }
}
