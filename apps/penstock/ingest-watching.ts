import { lstat } from 'node:fs/promises';

import type { ApiClient } from './api-client.js';
import { describeOutcome } from './describe-outcome.js';
import { fileItem, skippedItem, type Item } from './expand-arguments.js';
import type { RecordOptions } from './read-records.js';
import { describeRemoved } from './describe-removed.js';
import { RecordFiles } from './record-files.js';
import { settle, type SubmitOptions } from './submit-and-wait.js';
import type { Terminal } from './terminal.js';
import { Turns } from './turns.js';
import { FileWatch } from './watch-files.js';
import { watchedPath } from './watched-paths.js';

export interface WatchOptions extends Omit<SubmitOptions, 'onSettled'> {
  /** Whether the document of what is removed is deleted. */
  readonly isDeleting: boolean;
  /** How the files are read, if each of their lines is a record. */
  readonly records?: RecordOptions | undefined;
  readonly signal: AbortSignal;
}

/** Files worked at together; the others wait their turn. */
const inFlightMax = 16;

/**
 * Ingests files, or the records in them, as they come and change, one line of outcome each, until it is told to stop.
 * What the API knows already comes to nothing there (`unchanged`). What is removed keeps its document unless asked
 * otherwise. @throws PermanentFailure for anything but files, folders and patterns in folders that are there.
 */
export async function ingestWatching(
  api: ApiClient,
  given: readonly string[],
  options: WatchOptions,
  terminal: Terminal,
): Promise<void> {
  const watched = await Promise.all(given.map(watchedPath));
  const named = new Set(watched.map(({ root }) => root));
  const turns = new Turns(inFlightMax);
  const work = options.records === undefined ? new Files(api, options) : new RecordFiles(api, options, options.records);
  const tell = (line: string): void => terminal.out(line);
  const watch = new FileWatch({
    onFile: (path) =>
      turns.take(async () => {
        const item = await itemAt(path, named);
        if (item.kind === 'file') await work.changed(path, tell);
        else tell(describeOutcome({ item, ...(item.problem && { refusal: item.problem }) }));
      }),
    onRemoved: (path) => turns.take(() => work.removed(path, tell)),
    onReady: () => terminal.progress('watching; Ctrl-C ends it'),
    onError: ({ message }) => terminal.progress(`not all can be watched: ${message}`),
  });
  watch.start(watched);
  if (!options.signal.aborted) {
    await new Promise<void>((resolve) => options.signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  await watch.stop();
}

/** A link is followed where it was named, and passed over where it was found. */
async function itemAt(path: string, named: ReadonlySet<string>): Promise<Item> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isSymbolicLink() === true && !named.has(path) ? skippedItem(path, true) : fileItem(path);
}

/** Files that are a document each. */
class Files {
  constructor(
    private readonly api: ApiClient,
    private readonly options: WatchOptions,
  ) {}

  async changed(path: string, tell: (line: string) => void): Promise<void> {
    tell(describeOutcome(await settle(this.api, fileItem(path), { ...this.options, onSettled: () => undefined })));
  }

  async removed(path: string, tell: (line: string) => void): Promise<void> {
    tell(await describeRemoved(this.api, fileItem(path).documentId, this.options));
  }
}
