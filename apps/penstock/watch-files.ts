import { watch, type FSWatcher } from 'chokidar';

import { isOutside, isWanted, type WatchedPath } from './watched-paths.js';

export interface WatchHandlers {
  /** A file, or a symbolic link, that is new or was changed, and whole. */
  readonly onFile: (path: string) => Promise<void>;
  readonly onRemoved: (path: string) => Promise<void>;
  readonly onReady: () => void;
  /** A file or folder can't be watched, for one because the system watches as many as it may; the others are. */
  readonly onError: (error: Error) => void;
}

/** How long a file must keep its size before it counts as whole. */
const settleMs = 500;
const pollMs = 100;

/**
 * Hears of files below some paths: first of all there are, then of changes. What happens to one file is handled in
 * order, and while a file is worked at, only the last of what happens to it is kept.
 */
export class FileWatch {
  private readonly working = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, () => Promise<void>>();
  private watcher: FSWatcher | undefined;

  constructor(private readonly handlers: WatchHandlers) {}

  start(watched: readonly WatchedPath[]): void {
    const { onFile, onRemoved, onReady, onError } = this.handlers;
    const ignored = (path: string): boolean => isOutside(path, watched);
    const whole = { stabilityThreshold: settleMs, pollInterval: pollMs };
    const roots = [...new Set(watched.map(({ root }) => root))];
    this.watcher = watch(roots, { ignored, followSymlinks: false, awaitWriteFinish: whole });
    const hear = (path: string, work: () => Promise<void>): void => {
      if (isWanted(path, watched)) this.happened(path, work);
    };
    for (const event of ['add', 'change'] as const) {
      this.watcher.on(event, (path) => hear(path, () => onFile(path)));
    }
    this.watcher.on('unlink', (path) => hear(path, () => onRemoved(path)));
    this.watcher.on('ready', onReady);
    this.watcher.on('error', (error) => onError(error instanceof Error ? error : new Error(String(error))));
  }

  /** Hears of nothing more, and waits for what is worked at. */
  async stop(): Promise<void> {
    await this.watcher?.close();
    this.waiting.clear();
    await Promise.all(this.working.values());
  }

  private happened(path: string, work: () => Promise<void>): void {
    if (this.working.has(path)) this.waiting.set(path, work);
    else this.working.set(path, this.workAt(path, work));
  }

  private async workAt(path: string, first: () => Promise<void>): Promise<void> {
    for (let work: (() => Promise<void>) | undefined = first; work !== undefined; work = this.waiting.get(path)) {
      this.waiting.delete(path);
      await work();
    }
    this.working.delete(path);
  }
}
