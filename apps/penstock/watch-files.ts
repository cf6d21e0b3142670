import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';

import { watch, type FSWatcher } from 'chokidar';

import { findEntries } from './find-entries.js';
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
/** How often everything is looked at, whatever was heard: the system tells nothing of what others do on a share. */
const everyMs = 60_000;

/**
 * Hears of files below some paths: first of all there are, then of changes. What happens to one file is handled in
 * order, and while a file is worked at, only the last of what happens to it is kept.
 *
 * What nobody tells is found by looking: a file that came to a new folder after that was read and before it was
 * watched, and what was changed while the system had too much to tell, or by another machine.
 */
export class FileWatch {
  private readonly working = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, () => Promise<void>>();
  /** Files by path, as they were when they were heard of. */
  private readonly heard = new Map<string, string>();
  private readonly folders = new Set<string>();
  /** Files that are not as they were heard of, as they were at the last look. */
  private readonly doubtful = new Map<string, string>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private looking: Promise<void> = Promise.resolve();
  private watched: readonly WatchedPath[] = [];
  private watcher: FSWatcher | undefined;
  private isReady = false;

  constructor(
    private readonly handlers: WatchHandlers,
    private readonly lookEveryMs = everyMs,
  ) {}

  start(watched: readonly WatchedPath[]): void {
    const { onFile, onRemoved, onReady, onError } = this.handlers;
    this.watched = watched;
    const ignored = (path: string): boolean => isOutside(path, watched);
    const whole = { stabilityThreshold: settleMs, pollInterval: pollMs };
    const roots = [...new Set(watched.map(({ root }) => root))];
    const watcher = watch(roots, { ignored, followSymlinks: false, awaitWriteFinish: whole, alwaysStat: true });
    this.watcher = watcher;
    for (const event of ['add', 'change'] as const) {
      watcher.on(event, (path, stats) => {
        this.heard.set(path, stateOf(stats));
        this.happened(path, () => onFile(path));
      });
    }
    watcher.on('unlink', (path) => {
      this.heard.delete(path);
      this.doubtful.delete(path);
      this.happened(path, () => onRemoved(path));
    });
    watcher.on('addDir', (path) => {
      this.folders.add(path);
      if (this.isReady) this.lookAfter(settleMs, [path]);
    });
    watcher.on('unlinkDir', (path) => this.folders.delete(path));
    watcher.once('ready', () => {
      this.isReady = true;
      onReady();
      this.lookAfter(settleMs, roots);
      this.lookAgain(roots);
    });
    watcher.on('error', (error) => onError(error instanceof Error ? error : new Error(String(error))));
  }

  /** Hears of nothing more, and waits for what is worked at. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    const { watcher } = this;
    this.watcher = undefined;
    await watcher?.close();
    await this.looking;
    this.waiting.clear();
    await Promise.all(this.working.values());
  }

  private happened(path: string, work: () => Promise<void>): void {
    if (!isWanted(path, this.watched)) return;
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

  private lookAgain(folders: readonly string[]): void {
    this.lookAfter(this.lookEveryMs, folders, () => this.lookAgain(folders));
  }

  /** Looks are one after the other. */
  private lookAfter(delayMs: number, folders: readonly string[], then?: () => void): void {
    if (this.watcher === undefined) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.looking = this.looking.then(async () => {
        for (const folder of folders) await this.lookAt(folder);
        then?.();
      });
    }, delayMs);
    this.timers.add(timer);
  }

  private async lookAt(folder: string): Promise<void> {
    // What is new in a folder that nobody told of is found once that is watched, which reads it.
    for await (const { path, isFolder } of findEntries(folder, (inside) => this.folders.has(inside))) {
      if (this.watcher === undefined) return;
      if (isOutside(path, this.watched)) continue;
      if (!isFolder) await this.lookAtFile(path);
      else if (!this.folders.has(path)) this.watcher.add(path);
    }
  }

  /** What was not heard of is watched from now on; what is not as it was when it was heard of has changed. */
  private async lookAtFile(path: string): Promise<void> {
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return;
    const [state, known] = [stateOf(found), this.heard.get(path)];
    if (known === undefined && found.isFile()) this.watcher?.add(path);
    else if (known !== state && this.doubtful.get(path) !== state) this.doubtful.set(path, state);
    else if (known !== state) {
      this.heard.set(path, state);
      this.happened(path, () => this.handlers.onFile(path));
    } else this.doubtful.delete(path);
  }
}

/** What changes whenever a file does. */
function stateOf(stats: Stats | undefined): string {
  return stats === undefined ? '' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}
