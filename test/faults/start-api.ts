import { RateLimits } from '#access';
import { makeStaging } from '#pipeline/stager';
import { PostgresReader } from '#stores/postgres';
import { RedisDocumentCache } from '#stores/redis';

import { createAccess } from '../../apps/access.js';
import { watchBoard } from '../../apps/board.js';
import { createHttpApp } from '../../apps/http-app.js';
import { LiveDocumentReader } from '../../apps/live-document-reader.js';
import type { Platform } from '../../apps/platform.js';
import { createSearch } from '../../apps/search.js';
import { createRedis } from '../../apps/stores.js';
import type { Failpoints } from './failpoints.js';
import { ProbedApi, UploadStaging } from './probed-api.js';
import { watchPool } from './probed-drivers.js';

/** More than all cells of a wave hold at once. */
const connectionsMax = 60;

interface StartedApi {
  readonly address: string;
  stop(): Promise<void>;
}

/** The API as `apps` makes it, with failpoints around its staging, its database, and what answers requests. */
export async function startApi(
  platform: Platform,
  failpoints: Failpoints,
  published: (key: string) => Promise<void>,
): Promise<StartedApi> {
  const { config, log, pool, reads } = platform;
  watchPool(pool, failpoints);
  // Requests that stand at their points keep their connections, and those that come twice wait with another one.
  pool.options.max = connectionsMax;
  const api = new ProbedApi(failpoints, published);
  const staging = new UploadStaging(makeStaging(config), failpoints, (ref) => api.armOf(ref));
  const redis = createRedis(config);
  const limits = new RateLimits({ redis, callerMax: config.rateLimit, strangerMax: config.rateLimitStrangers });
  const cache = new RedisDocumentCache(redis, { ttlMs: config.redisTtlMs });
  const documents = new LiveDocumentReader(redis, cache, new PostgresReader(reads), log);
  const [search, board] = [createSearch(platform, redis), watchBoard(platform)];
  const parts = { platform, staging, stages: new Map<never, never>(), documents, search, board: board.watch };
  const access = await createAccess(platform, true);
  const app = await createHttpApp(['api'], { ...parts, checks: [] }, { access, limits });
  app.use(api.meet);
  api.probe(app);
  await app.listen(0, config.httpHost);
  return {
    address: (await app.getUrl()).replace('[::1]', '127.0.0.1'),
    stop: async () => {
      await board.stop();
      await app.close();
      await search.close();
      documents.close();
    },
  };
}
