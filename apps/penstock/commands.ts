import type { Command } from 'commander';

import type { Terminal } from './terminal.js';

export type AddCommand = (program: Command, terminal: Terminal) => void;

/** Each command by its name, in the order of the help, loaded when it is wanted: most need little of what all need. */
export const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  up: async () => (await import('./up.js')).addUp,
  down: async () => (await import('./down.js')).addDown,
  status: async () => (await import('./status.js')).addStatus,
  run: async () => (await import('./run.js')).addRun,
  start: async () => (await import('./start.js')).addStart,
  demo: async () => (await import('./demo.js')).addDemo,
  ingest: async () => (await import('./ingest.js')).addIngest,
  console: async () => (await import('./console.js')).addConsole,
  search: async () => (await import('./search.js')).addSearch,
  show: async () => (await import('./show.js')).addShow,
  cancel: async () => (await import('./cancel.js')).addCancel,
  delete: async () => (await import('./delete.js')).addDelete,
  'dead-letters': async () => (await import('./dead-letters.js')).addDeadLetters,
  replay: async () => (await import('./replay.js')).addReplay,
  topics: async () => (await import('./topics.js')).addTopics,
  partitions: async () => (await import('./partitions.js')).addPartitionsCommand,
  mcp: async () => (await import('./mcp.js')).addMcp,
  audit: async () => (await import('./audit.js')).addAudit,
  estimate: async () => (await import('./estimate.js')).addEstimate,
  usage: async () => (await import('./usage.js')).addUsage,
  budget: async () => (await import('./budget.js')).addBudget,
  keys: async () => (await import('./keys.js')).addKeys,
  acts: async () => (await import('./acts.js')).addActs,
  front: async () => (await import('./front.js')).addFront,
};

/** The commands that a command line needs: the one it begins with, or all of them for the help and for a mistake. */
export function wanted(argv: readonly string[]): string[] {
  const [first = ''] = argv.slice(2);
  return Object.hasOwn(commands, first) ? [first] : Object.keys(commands);
}
