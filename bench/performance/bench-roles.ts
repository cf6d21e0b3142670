import { mkdirSync } from 'node:fs';

import { serviceNames } from '../../stack/native/addresses.js';
import { CpuMeter, memoryOf } from '../stack/cpu-times.js';
import type { BenchStack } from '../stack/own-stack.js';
import { RoleProcess } from '../stack/role-process.js';
import { roleNames } from '../../apps/roles.js';

export interface BenchRolesOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly together: boolean;
  readonly profile?: string | undefined;
}

/** Front has no account here, and asks nobody. */
const measuredRoles = roleNames.filter((name) => name !== 'front');

/** All roles, in a process each or in one. */
export class BenchRoles {
  private constructor(
    private readonly processes: readonly RoleProcess[],
    private readonly stack: BenchStack,
  ) {}

  static async start(stack: BenchStack, { environment, together, profile }: BenchRolesOptions): Promise<BenchRoles> {
    if (profile !== undefined) mkdirSync(profile, { recursive: true });
    const groups = together ? [[...measuredRoles]] : measuredRoles.map((name) => [name]);
    const processes: RoleProcess[] = [];
    try {
      for (const roles of groups) {
        const name = roles.length === 1 ? roles[0] : 'roles';
        const nodeOptions =
          profile === undefined
            ? []
            : ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${name}.cpuprofile`];
        processes.push(await RoleProcess.start(roles, { environment, nodeOptions }));
      }
    } catch (error) {
      await Promise.all(processes.map((one) => one.stop()));
      throw error;
    }
    return new BenchRoles(processes, stack);
  }

  get api(): string {
    return this.processes[0]?.address ?? '';
  }

  /** From the start of the processes until all roles worked. */
  get startSeconds(): number {
    return this.processes.reduce((sum, { startMs }) => sum + startMs, 0) / 1000;
  }

  /** Of roles by their name, and of services by theirs. */
  cpuMeter(): CpuMeter {
    const services = serviceNames.flatMap((name) => {
      const pid = this.stack.pidOf(name);
      return pid === undefined ? [] : [[name, pid] as const];
    });
    return new CpuMeter(new Map<string, number>([...this.rolePids(), ...services]));
  }

  rolesMeter(): CpuMeter {
    return new CpuMeter(new Map(this.rolePids()));
  }

  /** Bytes each role process holds now, and has held at most. */
  memory(): Record<string, ReturnType<typeof memoryOf>> {
    return Object.fromEntries(this.processes.map(({ name, pid }) => [nameOf(name), memoryOf(pid)]));
  }

  /** Ends all of them in good order; safe to call twice. */
  async stop(): Promise<void> {
    await Promise.all(this.processes.map((one) => one.stop()));
  }

  private rolePids(): (readonly [string, number])[] {
    return this.processes.map(({ name, pid }) => [nameOf(name), pid] as const);
  }
}

function nameOf(name: string): string {
  return name.includes('+') ? 'roles' : name;
}
