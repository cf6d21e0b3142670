import { fileURLToPath } from 'node:url';

import { RoleProcess } from '../../stack/role-process.js';
import type { StandInKind } from './stand-in-model.js';

const program = fileURLToPath(new URL('stand-in-main.ts', import.meta.url));
const typescript = fileURLToPath(new URL('../../../test/typescript.mjs', import.meta.url));

/** Starts an instance of the stage with a stand-in for its model. Resolves when it has joined its group. */
export function startStandIn(
  kind: StandInKind,
  workMs: number,
  environment: Readonly<Record<string, string>>,
): Promise<RoleProcess> {
  const words = ['--conditions=source', '--import', typescript, program, kind, String(workMs)];
  return RoleProcess.run('stand-in', words, environment);
}
