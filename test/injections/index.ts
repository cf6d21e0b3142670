import { readFileSync } from 'node:fs';

/** A text that gives orders; README.md beside this file says what must not come of it. */
export interface Injection {
  readonly id: string;
  readonly text: string;
  readonly forbidden: readonly string[];
}

export { dictations } from './dictations.js';
export type { Dictation } from './dictations.js';

export function readInjections(): Injection[] {
  return JSON.parse(readFileSync(new URL('injections.json', import.meta.url), 'utf8')) as Injection[];
}
