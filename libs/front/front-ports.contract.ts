import { FrontApi, type Staging } from '#pipeline/stager';

import type { FrontAccount } from '../../test/services/front-account.js';
import type { LedgerDatabase } from '../ledger/ledger-database.js';
import type { FrontSyncOptions } from './front-sync.js';
import { FrontChanges, FrontCursors, FrontMessages } from './index.js';

/** An account that is read, and where that leads. */
interface FrontReading {
  readonly account: FrontAccount;
  readonly database: LedgerDatabase;
  readonly staging: Staging;
  readonly namespace: string;
  readonly triesMax?: number;
}

/** All that reading an account stands on. */
export function frontPorts({
  account,
  database: { codec, pool },
  staging,
  namespace,
  triesMax = 1,
}: FrontReading): Omit<FrontSyncOptions, 'log'> {
  const nowMs = (): number => Date.now();
  const guard = { allowPrivate: true, networks: [], ports: [], timeoutMs: 60_000 };
  const api = new FrontApi({ ...guard, baseUrl: account.address, token: account.token, triesMax });
  const stores = { cursors: new FrontCursors(pool, namespace), changes: new FrontChanges(pool, namespace) };
  const messages = new FrontMessages({ pool, codec, namespace, nowMs });
  return { api, messages, staging, namespace, bytesMax: 1_000_000, pool, nowMs, ...stores };
}
