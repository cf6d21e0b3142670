import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { cacheFolderOf, readInstalled } from '#stack';

/** A service of docker-compose.yml, after anchors and variables: what tests look at, in Compose's own words. */
export interface ComposeService {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly container_name?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: ComposeHealthCheck;
  readonly ports?: readonly { readonly host_ip?: string; readonly published?: string; readonly target: number }[];
  readonly volumes?: readonly { readonly source: string }[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
}

/** Durations as Compose writes them: `5s`, `1m30s`. */
export interface ComposeHealthCheck {
  readonly test: readonly string[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly start_period?: string;
  readonly retries?: number;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly configs: Readonly<Record<string, { readonly content?: string; readonly file?: string }>>;
}

/**
 * Reads docker-compose.yml with what reads the files of Docker Compose itself; a file that is not as the specification
 * says is an error. Needs what set-up installs for tests.
 */
export async function readCompose(): Promise<ComposeFile> {
  const { composeProgram } = readInstalled(cacheFolderOf(process.env));
  const file = join(import.meta.dirname, '../../docker-compose.yml');
  const { stdout } = await promisify(execFile)(composeProgram, ['--format', 'json', file]);
  return JSON.parse(stdout) as ComposeFile;
}
