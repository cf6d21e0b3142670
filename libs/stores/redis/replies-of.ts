import { redisFailure } from './redis-failure.js';

/** The replies of a transaction or a pipeline, in order. @throws TransientFailure if one of them is an error. */
export async function repliesOf(replies: Promise<[error: Error | null, reply: unknown][] | null>): Promise<unknown[]> {
  try {
    return ((await replies) ?? []).map(([error, reply]) => {
      if (error !== null) throw error;
      return reply;
    });
  } catch (error) {
    throw redisFailure(error);
  }
}
