import type { Redis } from 'ioredis';

import { AnswerCache } from '#stores/reading';

import { redisFailure } from './redis-failure.js';

const prefix = 'penstock-answer:';
const bytesMax = 512 * 1024;

/** Answers to questions. They say from which version of the data they are, so none has to be removed; they expire. */
export class RedisAnswerCache extends AnswerCache {
  constructor(
    private readonly redis: Redis,
    private readonly times: { readonly ttlMs: number },
  ) {
    super();
  }

  async get(key: string): Promise<string | undefined> {
    try {
      return (await this.redis.get(prefix + key)) ?? undefined;
    } catch (error) {
      throw redisFailure(error);
    }
  }

  async put(key: string, answer: string): Promise<void> {
    if (Buffer.byteLength(answer) > bytesMax) return;
    try {
      await this.redis.set(prefix + key, answer, 'PX', this.times.ttlMs);
    } catch (error) {
      throw redisFailure(error);
    }
  }
}
