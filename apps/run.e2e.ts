import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { expect, it } from '@jest/globals';

import { loadConfig } from '#config';
import { createPool } from '#database';

import { eventually } from '../test/e2e/eventually.js';
import { stackEnvironment } from '../test/e2e/penstock-under-test.js';
import { testStack } from '../test/services/addresses.js';
import { runRoles } from './run.js';

const options = { onFatal: () => undefined };

it('leaves nothing running where a start fails: a relay would keep the outbox from others', async () => {
  const pool = createPool(testStack().postgres, { name: 'test', max: 1 });
  const relays = async (): Promise<number> => {
    const session = `SELECT FROM pg_stat_activity WHERE application_name = 'penstock.outbox-relay'`;
    return (await pool.query(session)).rows.length;
  };
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const onPort = (number: number) => loadConfig({ ...stackEnvironment(), PENSTOCK_HEALTH_PORT: String(number) });

  await expect(runRoles(onPort(port), ['relay'], options)).rejects.toMatchObject({ reason: 'port-in-use' });

  const running = await runRoles(onPort(0), ['relay'], options);
  await eventually('a relay to work', async () => (await relays()) > 0 || undefined);
  await running.stop();
  await eventually('no relay to be left', async () => (await relays()) === 0 || undefined);
  other.close();
  await pool.end();
}, 120_000);

it('keeps a connection at rest for longer than those who connect do, who could send into one that is being closed', async () => {
  const running = await runRoles(loadConfig({ ...stackEnvironment(), PENSTOCK_HEALTH_PORT: '0' }), ['relay'], options);

  const answer = await fetch(`${running.address}/health/live`);

  expect(answer.headers.get('keep-alive')).toBe('timeout=65');
  await running.stop();
}, 120_000);
