import { expect, it } from '@jest/globals';
import { Command } from 'commander';

import { commands, wanted } from './commands.js';

it.each(Object.entries(commands))('adds %s by its name', async (name, load) => {
  const program = new Command();
  (await load())(program, { out: () => undefined, progress: () => undefined, key: () => undefined, exitCode: 0 });

  expect(program.commands.map((command) => command.name())).toEqual([name]);
});

it('loads one command where the command line begins with it, and all where it does not', () => {
  expect(wanted(['node', 'penstock', 'show', 'front'])).toEqual(['show']);
  expect(wanted(['node', 'penstock', 'help', 'show'])).toEqual(Object.keys(commands));
  expect(wanted(['node', 'penstock', 'toString'])).toEqual(Object.keys(commands));
  expect(wanted(['node', 'penstock'])).toEqual(Object.keys(commands));
});
