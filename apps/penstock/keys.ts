import { styleText } from 'node:util';

import { InvalidArgumentError, type Command } from 'commander';

import {
  AdminActs,
  ApiKeys,
  apiKeyState,
  isScope,
  scopes,
  type Act,
  type ApiKeyInfo,
  type MadeApiKey,
  type Scope,
} from '#access';
import { durationMs, loadConfig, namespaceName } from '#config';
import { createPool, migrate } from '#database';
import { PermanentFailure } from '#failure';

import { trustAuthorities } from '../connections.js';
import { migrations } from '../migrations.js';

import { byShell, shellUser } from './by-shell.js';
import { parsed } from './parsed-option.js';
import type { Terminal } from './terminal.js';

interface Created {
  readonly scopes: readonly Scope[];
  readonly namespaces?: readonly string[];
  readonly allNamespaces?: true;
  readonly expires?: number;
  readonly json?: true;
}

type Json = { readonly json?: true };

/**
 * `penstock keys`: API keys, straight in the database; whoever may write there needs no key. So the first one can be
 * made before the API runs.
 */
export function addKeys(program: Command, terminal: Terminal): void {
  const keys = program.command('keys').description('make, list, rotate and revoke keys of the API');
  addCreate(keys, terminal);
  keys
    .command('list')
    .description('all keys that there ever were; never their secrets')
    .option('--json', 'print JSON')
    .action(async ({ json }: Json) => {
      const all = await withKeys((table) => table.list());
      if (json === true) terminal.out(JSON.stringify(all, null, 2));
      else for (const key of all) terminal.out(lineOf(key));
    });
  keys
    .command('rotate')
    .description('make a key with the same rights; the old one ends after a while')
    .argument('<keyId>')
    .option('--grace <duration>', 'how long the old key goes on, e.g. 24h', parsed(durationMs), 86_400_000)
    .option('--json', 'print JSON')
    .action(async (keyId: string, { grace, json }: Json & { grace: number }) => {
      const rotate = (table: ApiKeys): Promise<MadeApiKey> => table.rotate(keyId, { graceMs: grace, by: shellUser() });
      show(await withKeys(rotate, { act: 'key.rotate', subject: keyId }), json, terminal);
    });
  keys
    .command('revoke')
    .description('end a key; every API refuses it within two seconds')
    .argument('<keyId>')
    .option('--json', 'print JSON')
    .action(async (keyId: string, { json }: Json) => {
      const revoked = await withKeys((table) => table.revoke(keyId), { act: 'key.revoke', subject: keyId });
      terminal.out(json === true ? JSON.stringify(revoked, null, 2) : lineOf(revoked));
    });
}

function addCreate(keys: Command, terminal: Terminal): void {
  keys
    .command('create')
    .description('make a key and print it, this once')
    .argument('<name>', 'whose it is, or what for')
    .option('--scopes <scopes>', `comma separated: ${scopes.join(', ')}; admin may do all`, scopesOf, ['read' as const])
    .option('-n, --namespaces <names>', 'comma separated', namespacesOf)
    .option('--all-namespaces', 'the key is for all namespaces')
    .option('--expires <duration>', 'how long it holds, e.g. 90d', parsed(durationMs))
    .option('--json', 'print JSON')
    .action(async (name: string, { scopes: given, namespaces, allNamespaces, expires, json }: Created) => {
      if ((namespaces === undefined) === (allNamespaces === undefined)) {
        throw new PermanentFailure('name either --namespaces or --all-namespaces', { reason: 'bad-request' });
      }
      const expiresAt = expires === undefined ? null : new Date(Date.now() + expires);
      const wanted = { name, scopes: given, namespaces: namespaces ?? null, expiresAt, by: shellUser() };
      const act = { act: 'key.create', subject: `${name}: ${given.join(',')}` };
      show(await withKeys((table) => table.create(wanted), act), json, terminal);
    });
}

/** The key alone goes to standard output, so that it can be put where it belongs without being seen. */
function show({ key, ...made }: MadeApiKey, json: true | undefined, terminal: Terminal): void {
  if (json === true) return terminal.out(JSON.stringify({ ...made, key }, null, 2));
  terminal.progress(lineOf(made));
  terminal.progress('This is the only time the key is shown:');
  terminal.out(key);
}

/** @param act stands in the audit log, unless nothing is changed. */
async function withKeys<T>(work: (keys: ApiKeys) => Promise<T>, act?: Pick<Act, 'act' | 'subject'>): Promise<T> {
  const config = loadConfig();
  trustAuthorities(config);
  const pool = createPool(config.postgresUrl, { name: 'keys', max: 1 });
  try {
    await migrate(pool, migrations);
    const keys = new ApiKeys(pool, config.keyPepper ?? '');
    if (act === undefined) return await work(keys);
    return await new AdminActs(pool).record(byShell({ ...act, namespace: null }), () => work(keys));
  } finally {
    await pool.end();
  }
}

function lineOf(key: ApiKeyInfo): string {
  const { keyId, name, scopes: given, namespaces, expiresAt, lastUsedAt } = key;
  const state = apiKeyState(key, Date.now());
  const colour = state === 'active' ? 'green' : 'dim';
  const until = expiresAt === null || state !== 'active' ? '' : `  until ${expiresAt.toISOString()}`;
  const used = lastUsedAt === null ? 'never used' : `used ${lastUsedAt.toISOString()}`;
  const rights = `${given.join(',')}  ${namespaces?.join(',') ?? 'all namespaces'}`;
  return `${keyId}  ${styleText(colour, state)}  ${rights}  ${name}${until}  ${used}`;
}

function scopesOf(text: string): Scope[] {
  const given = text.split(',').map((word) => word.trim());
  if (given.every(isScope)) return given;
  throw new InvalidArgumentError(`must be some of ${scopes.join(', ')}`);
}

function namespacesOf(text: string): string[] {
  return text.split(',').map((name) => parsed(namespaceName)(name.trim()));
}
