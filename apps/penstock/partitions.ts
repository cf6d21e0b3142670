import type { Command } from 'commander';
import type { Pool } from 'pg';

import { AdminActs } from '#access';
import { loadConfig, settings, type Config } from '#config';
import { createPool, migrate, rowsOf } from '#database';
import { classify, PermanentFailure } from '#failure';
import { addPartitions } from '#kafka';
import { createLogger } from '#telemetry';

import { kafkaConnection, trustAuthorities } from '../connections.js';
import { migrations } from '../migrations.js';

import { byShell } from './by-shell.js';
import { parsed } from './parsed-option.js';
import type { Terminal } from './terminal.js';

/** `penstock partitions COUNT`: gives every topic more partitions, once nothing is on its way. */
export function addPartitionsCommand(program: Command, terminal: Terminal): void {
  program
    .command('partitions')
    .description('give every topic more partitions; only once all roles have stopped and nothing is on its way')
    .argument('<count>', 'how many', parsed(settings.partitions.parse))
    .option('--json', 'print JSON')
    .action(async (partitions: number, { json }: { json?: true }) => {
      const config = loadConfig();
      trustAuthorities(config);
      const had = await addWhenQuiet(config, partitions);
      if (json === true) {
        terminal.out(JSON.stringify({ partitions, had: Object.fromEntries(had) }));
        return;
      }
      for (const [topic, count] of had) terminal.out(`${topic}  ${count} → ${partitions}`);
      terminal.out(`Set PENSTOCK_PARTITIONS=${partitions} for all roles before they start.`);
    });
}

/** Stands in the audit log, refused or done. */
async function addWhenQuiet(config: Config, partitions: number): Promise<ReadonlyMap<string, number>> {
  const pool = createPool(config.postgresUrl, { name: 'partitions', max: 1 });
  try {
    await migrate(pool, migrations);
    const act = byShell({ act: 'partitions.add', namespace: null, subject: String(partitions) });
    return await new AdminActs(pool).record(act, async () => {
      await requireNothingUnderWay(pool);
      return addPartitions({ ...kafkaConnection(config), partitions, log: createLogger('silent') });
    });
  } catch (error) {
    throw classify(error);
  } finally {
    await pool.end();
  }
}

/**
 * What was accepted and has not come to an end speaks again, in the partition of its key.
 * @throws PermanentFailure `not-quiet` if there is any.
 */
async function requireNothingUnderWay(pool: Pool): Promise<void> {
  const [row] = await rowsOf<{ outbox: number; undecided: number }>(
    pool,
    `SELECT (SELECT count(*)::int FROM outbox) AS outbox,
            (SELECT count(*)::int FROM ingestions WHERE concluded_at IS NULL) AS undecided`,
  );
  const { outbox, undecided } = row ?? { outbox: 0, undecided: 0 };
  if (outbox === 0 && undecided === 0) return;
  const message = `${outbox} events wait in the outbox, ${undecided} ingestions have not come to an end`;
  throw new PermanentFailure(message, { reason: 'not-quiet' });
}
