import { stat } from 'node:fs/promises';

import { classify, PermanentFailure } from '#failure';

import type { ApiClient } from './api-client.js';
import { describeOutcome } from './describe-outcome.js';
import { fileItem, isUrl } from './expand-arguments.js';
import { settle, type SubmitOptions } from './submit-and-wait.js';
import type { Terminal } from './terminal.js';
import { FileWatch } from './watch-files.js';

export interface WatchOptions extends Omit<SubmitOptions, 'onSettled'> {
  /** Whether the document of a file that is removed is deleted. */
  readonly isDeleting: boolean;
  readonly signal: AbortSignal;
}

/** Files uploaded at once; the others wait their turn. */
const inFlightMax = 16;

/**
 * Ingests files as they come and change, one line of outcome each, until it is told to stop. What the API knows already
 * comes to nothing there (`unchanged`). A file that is removed keeps its document unless asked otherwise.
 * @throws PermanentFailure for anything but files and folders that are there.
 */
export async function ingestWatching(
  api: ApiClient,
  paths: readonly string[],
  options: WatchOptions,
  terminal: Terminal,
): Promise<void> {
  for (const path of paths) await checkPath(path);
  const turns = new Turns(inFlightMax);
  const settled = { ...options, onSettled: () => undefined };
  const watch = new FileWatch({
    onFile: (path) => turns.take(async () => terminal.out(describeOutcome(await settle(api, fileItem(path), settled)))),
    onRemoved: (path) => turns.take(async () => terminal.out(await removed(api, path, options))),
    onReady: () => terminal.progress('watching; Ctrl-C ends it'),
    onError: ({ message }) => terminal.progress(`not all can be watched: ${message}`),
  });
  watch.start(paths);
  if (!options.signal.aborted) {
    await new Promise<void>((resolve) => options.signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  await watch.stop();
}

async function checkPath(path: string): Promise<void> {
  if (isUrl(path)) throw new PermanentFailure(`${path} can't be watched`, { reason: 'bad-request' });
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new PermanentFailure(`no such file or folder: ${path}`, { reason: 'unreadable' });
}

async function removed(api: ApiClient, path: string, { namespace, isDeleting }: WatchOptions): Promise<string> {
  const { documentId } = fileItem(path);
  if (!isDeleting) return `removed      ${documentId}: its document stays; --delete removes it too`;
  try {
    const { version } = await api.retract(namespace, documentId);
    return `deleted      ${documentId} v${version}`;
  } catch (error) {
    const { message, reason } = classify(error);
    return `removed      ${documentId}: ${message} (${reason})`;
  }
}

/** Lets so many work at once. */
class Turns {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async take(work: () => Promise<void>): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
