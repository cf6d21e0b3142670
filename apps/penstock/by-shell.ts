import { hostname, userInfo } from 'node:os';

import type { Act } from '#access';

/** Whoever types the commands, as far as the machine knows. */
export function shellUser(): string {
  return `${userInfo().username}@${hostname()}`;
}

/** What is done by a command that goes to the database itself. */
export function byShell(deed: Omit<Act, 'actor' | 'actorName'>): Act {
  const user = shellUser();
  return { ...deed, actor: `shell:${user}`, actorName: user };
}
