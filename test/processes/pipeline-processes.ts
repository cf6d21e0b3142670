import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findFreePorts } from '#stack';

import type { RoleName } from '../../apps/roles.js';
import { PenstockApi } from '../e2e/penstock-api.js';
import { stackEnvironment } from '../e2e/penstock-under-test.js';
import type { Environment } from './role-process.js';
import { RoleProcesses } from './role-processes.js';

/** All of Penstock on the stack of the tests, in groups of roles that are a process each, with a folder of its own. */
export class PipelineProcesses {
  private constructor(
    readonly roles: RoleProcesses,
    readonly api: PenstockApi,
    /** Where the API listens, also after it was started again. */
    readonly port: number,
    /** What all processes log. */
    readonly log: string,
    readonly stagingFolder: string,
    private readonly folder: string,
  ) {}

  /** `environmentOf` adds what differs between the processes. */
  static async start(
    groups: readonly (readonly RoleName[])[],
    settings: Environment = {},
    environmentOf?: (roles: readonly RoleName[]) => Environment,
  ): Promise<PipelineProcesses> {
    const folder = mkdtempSync(join(tmpdir(), 'penstock-e2e-'));
    const [port = 0] = await findFreePorts(1);
    const log = join(folder, 'roles.log');
    const staging = join(folder, 'staging');
    const own = { PENSTOCK_HTTP_PORT: String(port), PENSTOCK_STAGING_FOLDER: staging };
    const roles = new RoleProcesses(groups, { ...stackEnvironment(), ...own, ...settings }, log, environmentOf);
    await roles.start();
    const api = new PenstockApi(`http://127.0.0.1:${port}`);
    return new PipelineProcesses(roles, api, port, log, staging, folder);
  }

  async stop(): Promise<void> {
    await this.roles.leave();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
