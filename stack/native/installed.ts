import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { PermanentFailure } from '#failure';

/** Where set-up found or put each program; written by stack/setup/installed.mjs. */
export interface Installed {
  readonly java: string;
  readonly postgresFolder: string;
  readonly redisServer: string;
  readonly kafka: string;
  readonly registry: string;
  readonly neo4j: string;
  readonly graphServer: string;
  readonly python: string;
  /** Folder of the sentence model; a set-up of before it was added has none. */
  readonly sentenceModel?: string;
  /** Jars of the S3-compatible store that the tests of staging run. */
  readonly s3proxy: string;
  /** A Python that has Confluent's client, for the tests of upstream producers. */
  readonly pythonProducer: string;
  /** A Python that has Graphiti's library, for the test that reads the graph with it. */
  readonly pythonGraphiti: string;
  /** Only tests use it: it stands between a process and a service, and breaks the link on demand. */
  readonly toxiproxy: string;
  /** Only tests use it: it checks the alert rules. */
  readonly promtool: string;
  /** Only tests use them: they check the files for Docker Compose, and the chart and what it makes. */
  readonly composeProgram: string;
  readonly helm: string;
  readonly pythonKubernetes: string;
  /** Only tests use it: the browser that the console is tested in. Missing where set-up did not run for tests. */
  readonly chromium?: string;
}

/** Reads what set-up left in the cache. Throws a PermanentFailure when set-up has not run for this cache. */
export function readInstalled(cacheFolder: string): Installed {
  const file = join(cacheFolder, 'installed.json');
  if (!existsSync(file)) {
    throw new PermanentFailure(`${file} is missing: run \`npm run setup\` first`, { reason: 'not-set-up' });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Installed;
}

/** The folder of the sentence model that set-up left; nothing if it didn't, e.g. because it never ran here. */
export function findSentenceModel(cacheFolder: string): string | undefined {
  return existsSync(join(cacheFolder, 'installed.json')) ? readInstalled(cacheFolder).sentenceModel : undefined;
}

/**
 * The program that stands before the vector engine; it runs from the checkout, whether this file is source or built.
 */
export function qdrantFront(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package-lock.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return join(folder, 'stack/qdrant-front/server.py');
}
