import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

import { loadConfig, type Config } from '#config';
import { makeStaging } from '#pipeline/stager';
import { addressesOf, cacheFolderOf, freePorts, newDataFolder, startStack, stopStack } from '#stack';
import type { Stack, StackAddresses, StackOptions } from '#stack';

import { createPlatform } from '../../apps/platform.js';
import { roleNames, type RoleName } from '../../apps/roles.js';
import { runRoles } from '../../apps/run.js';
import { janitorStage } from '../../apps/stages.js';
import { directEnvironment } from '../chaos/links.js';
import { StoreContents } from '../chaos/store-contents.js';
import { trialSettings } from '../chaos/trial-settings.js';
import type { Environment } from '../processes/index.js';
import type { TestedRole } from './cells.js';
import { Failpoints, type Arm, type Doubles } from './failpoints.js';
import type { Refusals } from './probed-writer.js';
import { RoleUnderTest } from './role-under-test.js';
import { startRole, type StartedRole } from './start-role.js';

/** What the broker allows at least: so long it takes until a dead consumer's partitions are given away. */
const sessionTimeoutMs = 6000;
const startAttemptsMax = 3;

const settings = {
  ...trialSettings,
  PENSTOCK_SESSION_TIMEOUT: `${sessionTimeoutMs}ms`,
  PENSTOCK_HTTP_PORT: '0',
};

/** The native stack; roles under test as processes of their own, all others in this one. */
export class FaultWorld {
  readonly failpoints = new Failpoints();
  readonly refusals: Refusals = new Map();
  private readonly inside = new Map<RoleName, StartedRole>();
  private readonly outside = new Map<TestedRole, RoleUnderTest>();

  private constructor(
    readonly folder: string,
    readonly partitions: number,
    private readonly stack: StackOptions,
    private readonly environment: Environment,
    private readonly config: Config,
    readonly contents: StoreContents,
    private readonly log: WriteStream,
    readonly api: string,
    /** Errors that ended a role which is not under test; none are expected. */
    readonly fatal: Error[],
    private readonly stopApi: () => Promise<void>,
  ) {}

  static async start(partitions: number): Promise<FaultWorld> {
    const folder = newDataFolder('faults');
    const stack = {
      dataFolder: join(folder, 'stack'),
      cacheFolder: cacheFolderOf(process.env),
      ports: await freePorts(),
    };
    const { addresses } = await startPatiently(stack);
    const environment = {
      ...settings,
      ...directEnvironment(addresses),
      PENSTOCK_PARTITIONS: String(partitions),
      PENSTOCK_STAGING_FOLDER: join(folder, 'staging'),
    };
    // Nobody is to lose a partition but those under test.
    const config = { ...loadConfig(environment), sessionTimeoutMs: sessionTimeoutMs * 10 };
    const fatal: Error[] = [];
    const api = await runRoles(config, ['api'], { onFatal: (error) => fatal.push(error) });
    const log = createWriteStream(join(folder, 'roles.log'), { flags: 'a' });
    const contents = new StoreContents(addresses);
    const world = new FaultWorld(
      folder,
      partitions,
      stack,
      environment,
      config,
      contents,
      log,
      api.address,
      fatal,
      () => api.stop(),
    );
    await world.healthy();
    return world;
  }

  get addresses(): StackAddresses {
    return addressesOf(this.stack.ports);
  }

  get stagingFolder(): string {
    return join(this.folder, 'staging');
  }

  /** The process of a role under test. */
  process(role: TestedRole): RoleUnderTest {
    const found = this.outside.get(role);
    if (found === undefined) throw new RangeError(`${role} is not under test`);
    return found;
  }

  /** From now on these roles, and no others, run as processes of their own. */
  async test(roles: readonly TestedRole[], arms: readonly Arm[] = [], doubles: Doubles = {}): Promise<void> {
    for (const role of this.outside.keys()) if (!roles.includes(role)) await this.end(role);
    for (const role of roles) {
      await this.inside.get(role)?.stop();
      this.inside.delete(role);
      const running = this.outside.get(role);
      if (running === undefined || running.died) this.spawn(role, arms, doubles);
      else running.arm(arms, doubles);
    }
    await Promise.all(roles.map((role) => this.process(role).isReady()));
    await this.healthy();
  }

  /** Another process of the role, beside the one before if that still lives. */
  replace(role: TestedRole, doubles: Doubles, arms: readonly Arm[] = []): RoleUnderTest {
    return this.spawn(role, arms, doubles);
  }

  /** Ends the role where it runs, until somebody starts it again. */
  async end(role: TestedRole): Promise<void> {
    await Promise.all([this.inside.get(role)?.stop(), this.outside.get(role)?.stop()]);
    this.inside.delete(role);
    this.outside.delete(role);
  }

  /** Starts here what runs nowhere. */
  async healthy(): Promise<void> {
    const missing = roleNames.filter(
      (role) => role !== 'api' && role !== 'front' && !this.inside.has(role) && !this.outside.has(role as TestedRole),
    );
    await Promise.all(missing.map(async (role) => this.inside.set(role, await this.startInside(role))));
  }

  /** What a janitor does every few minutes, as if all that is staged were old. */
  async sweep(): Promise<void> {
    const platform = createPlatform(this.config, 'beside-sweep');
    const janitor = janitorStage(platform, makeStaging(this.config));
    await janitor.sweep(Date.now() + this.config.stagingTtlMs + sessionTimeoutMs).finally(() => platform.pool.end());
  }

  /** Nothing is delivered twice any more, and nobody refuses. */
  disarm(): void {
    this.failpoints.arm([], {});
    for (const one of this.outside.values()) one.arm([], {});
    this.refusals.clear();
  }

  note(text: string): void {
    this.log.write(`-- ${new Date().toISOString()} ${text}\n`);
  }

  /** Stops everything; what was stored and logged stays if it is to be looked at. */
  async stop({ keep }: { readonly keep: boolean }): Promise<void> {
    for (const role of this.outside.values()) role.kill();
    await Promise.all([...this.inside.values()].map((role) => role.stop()));
    await Promise.all([this.stopApi(), this.contents.close()]);
    await stopStack(this.stack);
    await new Promise<void>((resolve) => this.log.end(() => resolve()));
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }

  private spawn(role: TestedRole, arms: readonly Arm[], doubles: Doubles): RoleUnderTest {
    const one = new RoleUnderTest(role, this.environment, this.log, arms, doubles);
    this.outside.set(role, one);
    return one;
  }

  private startInside(role: RoleName): Promise<StartedRole> {
    const onFatal = (error: Error): void => void this.fatal.push(error);
    const { config, failpoints, refusals } = this;
    return startRole(role, { config, instance: `beside-${role}`, failpoints, refusals, onFatal });
  }
}

/** A machine with much else to do may need longer than a service is given; what runs already is not started again. */
async function startPatiently(stack: StackOptions): Promise<Stack> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startStack(stack);
    } catch (error) {
      if (attempt < startAttemptsMax) continue;
      await stopStack(stack);
      throw error;
    }
  }
}
