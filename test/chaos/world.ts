import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { roles as roleMap, type RoleName } from '../../apps/roles.js';
import {
  addressesOf,
  cacheFolderOf,
  findFreePorts,
  freePorts,
  newDataFolder,
  readInstalled,
  startStack,
  stopStack,
} from '#stack';
import type { StackAddresses, StackOptions } from '#stack';

import { eventually } from '../e2e/eventually.js';
import { RoleProcesses } from '../processes/index.js';
import { Disks } from './disks.js';
import { sessionTimeoutMs } from './fault-kinds.js';
import { directEnvironment, Links } from './links.js';
import { LiveViews } from './live-views.js';
import { recordOutbox } from './outbox-record.js';
import { StoreContents } from './store-contents.js';
import { Toxiproxy } from './toxiproxy.js';
import { trialSettings } from './trial-settings.js';

const stackStartMs = 600_000;

/** Each role alone. */
export const aProcessEach: readonly (readonly RoleName[])[] = roleMap.map(({ role }) => [role]);
/** Fewer processes, which start sooner: what shares one dies together. */
export const fewProcesses: readonly (readonly RoleName[])[] = [
  ['api'],
  ['relay'],
  ['stager', 'parser', 'extractor', 'embedder'],
  ['writer-neo4j'],
  ['writer-postgres'],
  ['writer-qdrant'],
  ['writer-redis'],
  ['ledger', 'janitor', 'dead-letters'],
];

export interface WorldOptions {
  /** Roles have the session timeout of their settings, instead of one that faults of seconds outlive. */
  readonly longSessions?: boolean;
  /** Services keep what they keep on file systems of their own, which can be filled. */
  readonly disks?: boolean;
}

/** Everything a chaos run needs: the native stack, the proxies before it, the roles behind them, and eyes on it all. */
export class World {
  private constructor(
    readonly folder: string,
    readonly stack: StackOptions,
    readonly toxiproxy: Toxiproxy,
    readonly links: Links,
    readonly roles: RoleProcesses,
    readonly contents: StoreContents,
    readonly views: LiveViews,
    readonly api: string,
    private readonly disks: Disks | undefined,
  ) {}

  static async start(groups: readonly (readonly RoleName[])[], options: WorldOptions = {}): Promise<World> {
    const folder = newDataFolder('chaos');
    const cacheFolder = cacheFolderOf(process.env);
    const toxiproxy = await Toxiproxy.start(readInstalled(cacheFolder).toxiproxy);
    const ports = await freePorts();
    const addresses = addressesOf(ports);
    const links = await Links.open(toxiproxy, groups, addresses);
    const dataFolder = join(folder, 'stack');
    const stack = { dataFolder, cacheFolder, ports, kafkaProxies: links.kafkaProxies };
    const [httpPort = 0] = await findFreePorts(1);
    const sessions = options.longSessions ? {} : { PENSTOCK_SESSION_TIMEOUT: `${sessionTimeoutMs}ms` };
    const common = { ...settings, ...sessions, ...directEnvironment(addresses), PENSTOCK_HTTP_PORT: String(httpPort) };
    const environment = { ...common, PENSTOCK_STAGING_FOLDER: join(folder, 'staging') };
    const ways = (roles: readonly RoleName[]) => links.environmentOf(roles, addresses);
    const roles = new RoleProcesses(groups, environment, join(folder, 'roles.log'), ways);
    const [contents, views] = [new StoreContents(addresses), new LiveViews(addresses)];
    const api = `http://127.0.0.1:${httpPort}`;
    const disks = options.disks ? Disks.mount(dataFolder) : undefined;
    const world = new World(folder, stack, toxiproxy, links, roles, contents, views, api, disks);
    try {
      // A service that is slow to come up is started by the next call, which leaves the others alone.
      await eventually('the stack to start', () => startStack(stack), stackStartMs);
      await roles.start();
      await recordOutbox(contents);
      return world;
    } catch (error) {
      await world.stop({ keep: true });
      throw error;
    }
  }

  get addresses(): StackAddresses {
    return addressesOf(this.stack.ports);
  }

  get stagingFolder(): string {
    return join(this.folder, 'staging');
  }

  /** Stops everything; what was stored and logged stays if it is to be looked at. */
  async stop({ keep }: { readonly keep: boolean }): Promise<void> {
    await this.roles.stop();
    await Promise.all([this.contents.close(), this.views.close()]);
    await stopStack(this.stack);
    await this.toxiproxy.stop();
    if (keep) return;
    this.disks?.unmount();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const settings = {
  ...trialSettings,
  // So short that what a fault holds up is given up now and then: both ends of the saga are met.
  PENSTOCK_WRITE_DEADLINE: '2s',
};
