import type { RoleName } from './roles.js';

/** The Nest token of a role's stage: four roles share one class, so the class can't be the token. */
export function stageToken(role: RoleName): symbol {
  return Symbol.for(`penstock.stage.${role}`);
}
