import { loadConfig } from '#config';

import type { RoleName } from '../../apps/roles.js';
import { Failpoints, type Notice, type Order } from './failpoints.js';
import { startRole } from './start-role.js';

/** A process of one role under test: told by its parent where to stop, and when to go on or to fail. */
const role = process.argv[2] as RoleName;
const say = (notice: Notice): void => void process.send?.(notice);
const failpoints = new Failpoints(say);

function fail(error: unknown): never {
  process.stderr.write(`${role}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}

async function start(): Promise<void> {
  const surroundings = { config: loadConfig(), instance: `under-test-${process.pid}`, failpoints, refusals: new Map() };
  const started = await startRole(role, { ...surroundings, onFatal: fail });
  process.once('SIGTERM', () => void started.stop().then(() => process.exit(0), fail));
  say({ kind: 'ready', address: started.address ?? '' });
}

process.on('message', (order: Order) => {
  if (order.kind === 'release') return failpoints.release(order.key, order.action);
  failpoints.arm(order.arms, order.doubles);
  if (order.kind === 'start') start().catch(fail);
});
process.once('disconnect', () => process.exit(1));
say({ kind: 'loaded' });
