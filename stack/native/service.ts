import type { Ports, ServiceName, StackAddresses } from './addresses.js';
import type { KafkaProxy } from './config-files.js';
import type { Installed } from './installed.js';

/** Told while the stack starts or stops, for a person who waits. */
export interface StackProgress {
  readonly service: ServiceName;
  readonly state: 'starting' | 'healthy' | 'already-running' | 'stopping' | 'stopped';
  readonly address: string;
  readonly elapsedMs: number;
}

/** Which stack: its data, its programs, its ports. */
export interface StackOptions {
  /** Data, logs and pid files of the services; for root, a folder that the user `postgres` may enter. */
  readonly dataFolder: string;
  /** Where set-up put the programs. */
  readonly cacheFolder: string;
  readonly ports: Ports;
  readonly kafkaProxies?: readonly KafkaProxy[];
  readonly onProgress?: (progress: StackProgress) => void;
}

/** What a service is told about the stack it belongs to. `folder` is its own, below the data folder. */
export interface ServiceContext {
  readonly options: StackOptions;
  readonly folder: string;
  readonly addresses: StackAddresses;
  readonly installed: Installed;
}

/** A program to run in the foreground, as another user if need be. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** One service of the stack: how to prepare its folder and start it, and how to tell that it answers. */
export interface Service {
  readonly name: ServiceName;
  /** Services that must be healthy before this one starts. */
  readonly needs: readonly ServiceName[];
  /** Asks the service to end in good order. */
  readonly stopSignal: NodeJS.Signals;
  /** Writes configuration, fills an empty folder, and says what to run. Safe to run again. */
  prepare(context: ServiceContext): Promise<Command>;
  /** Speaks the service's own protocol; rejects unless it answers within two seconds. */
  check(address: string): Promise<void>;
  /** Creates what clients expect to find, once the service answers. Safe to run again. */
  provision?(context: ServiceContext): Promise<void>;
}

/** How long one health check may take. */
export const checkTimeoutMs = 2_000;
