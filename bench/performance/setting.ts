import type { Config } from '#config';

import type { BenchStack } from '../stack/own-stack.js';
import type { BenchRoles } from './bench-roles.js';
import type { EventWatch } from './event-watch.js';
import type { PartMaker } from './make-parts.js';
import type { BenchOptions } from './options.js';
import type { StoreClients } from './write-live/store-clients.js';

/** What all parts are measured on. */
export interface Setting {
  readonly options: BenchOptions;
  readonly config: Config;
  readonly environment: Readonly<Record<string, string>>;
  readonly stack: BenchStack;
  readonly roles: BenchRoles;
  readonly watch: EventWatch;
  readonly clients: StoreClients;
  readonly maker: PartMaker;
  /** A namespace of this run: what another one left on the same stack is not met again. */
  namespaceOf(name: string): string;
  say(line: string): void;
}
