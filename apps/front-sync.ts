import { FrontChanges, FrontCursors, FrontMessages, FrontSync } from '#front';
import { makeFrontApi, type Staging } from '#pipeline/stager';

import type { Platform } from './platform.js';

/** Nobody waits for the answers, so Front is asked as patiently as it wants. */
const triesMax = 8;

/** What reads the Front account of the settings; nothing if they name none. */
export function createFrontSync(platform: Platform, staging: Staging): FrontSync | undefined {
  const { codec, config, log, nowMs, pool } = platform;
  const { frontNamespace: namespace, uploadBytesMax: bytesMax } = config;
  const api = makeFrontApi(config, triesMax);
  if (api === undefined) return undefined;
  const messages = new FrontMessages({ pool, codec, namespace, nowMs });
  const cursors = new FrontCursors(pool, namespace);
  const changes = new FrontChanges(pool, namespace);
  return new FrontSync({ api, messages, staging, namespace, bytesMax, pool, cursors, changes, log, nowMs });
}
