import type { Command } from 'commander';

import { loadConfig } from '#config';
import { migrate } from '#database';
import { PermanentFailure } from '#failure';
import type { FrontTurn } from '#front';
import { makeStaging } from '#pipeline/stager';

import { createFrontSync } from '../front-sync.js';
import { migrations } from '../migrations.js';
import { createPlatform } from '../platform.js';

import type { Terminal } from './terminal.js';

interface Options {
  readonly all?: true;
  readonly json?: true;
}

/** `penstock front sync`: one turn at reading Front, as the role `front` takes them; exit 1 if any of it failed. */
export function addFront(program: Command, terminal: Terminal): void {
  program
    .command('front')
    .description('read a Front account')
    .command('sync')
    .description('submit what is new or changed in Front, and retract what is gone')
    .option('-a, --all', 'look at every conversation again, not only at those that changed')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const turn = await syncOnce(options.all === true);
      if (options.json === true) terminal.out(JSON.stringify(turn ?? null, null, 2));
      else terminal.out(turn === undefined ? 'another process reads Front just now' : describe(turn));
      if (turn === undefined || turn.failed > 0) terminal.exitCode = 1;
    });
}

async function syncOnce(all: boolean): Promise<FrontTurn | undefined> {
  const config = loadConfig();
  const platform = createPlatform(config, 'front-sync');
  const over = new AbortController();
  const stop = (): void => over.abort();
  process.once('SIGINT', stop);
  try {
    const sync = createFrontSync(platform, makeStaging(config));
    if (sync === undefined) {
      throw new PermanentFailure('PENSTOCK_FRONT_TOKEN is not set', { reason: 'bad-configuration' });
    }
    await Promise.all([migrate(platform.pool, migrations), platform.codec.start()]);
    if (all) await sync.restart();
    return await sync.turn(over.signal);
  } finally {
    process.off('SIGINT', stop);
    await platform.pool.end();
  }
}

function describe({ conversations, failed, submitted, unchanged, retracted }: FrontTurn): string {
  const said = [`${submitted} submitted`, `${unchanged} unchanged`, `${retracted} retracted`, `${failed} failed`];
  return `${conversations} conversations: ${said.join(', ')}`;
}
