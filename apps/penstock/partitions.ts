import type { Command } from 'commander';

import { loadConfig, settings, type Config } from '#config';
import { createPool } from '#database';
import { classify, PermanentFailure } from '#failure';
import { addPartitions } from '#kafka';
import { createLogger } from '#telemetry';

import { kafkaConnection, trustAuthorities } from '../connections.js';

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
      await requireNothingUnderWay(config);
      const had = await addPartitions({ ...kafkaConnection(config), partitions, log: createLogger('silent') });
      if (json === true) {
        terminal.out(JSON.stringify({ partitions, had: Object.fromEntries(had) }));
        return;
      }
      for (const [topic, count] of had) terminal.out(`${topic}  ${count} → ${partitions}`);
      terminal.out(`Set PENSTOCK_PARTITIONS=${partitions} for all roles before they start.`);
    });
}

/**
 * What was accepted and has not come to an end speaks again, in the partition of its key.
 * @throws PermanentFailure `not-quiet` if there is any.
 */
async function requireNothingUnderWay(config: Config): Promise<void> {
  const pool = createPool(config.postgresUrl, { name: 'partitions', max: 1 });
  try {
    const { rows } = await pool.query<{ outbox: number; undecided: number }>(
      `SELECT (SELECT count(*)::int FROM outbox) AS outbox,
              (SELECT count(*)::int FROM ingestions WHERE concluded_at IS NULL) AS undecided`,
    );
    const { outbox, undecided } = rows[0] ?? { outbox: 0, undecided: 0 };
    if (outbox === 0 && undecided === 0) return;
    const message = `${outbox} events wait in the outbox, ${undecided} ingestions have not come to an end`;
    throw new PermanentFailure(message, { reason: 'not-quiet' });
  } catch (error) {
    throw classify(error);
  } finally {
    await pool.end();
  }
}
