import { Worker } from 'node:worker_threads';

const watch = `
const { ppid, pid } = process;
setInterval(() => process.ppid !== ppid && process.kill(pid, 'SIGKILL'), 1000);
`;

/**
 * Ends this process when the one that started it is gone. A reader caught in a loop would never hear of it, so a thread
 * of its own looks.
 */
export function watchParent(): void {
  const worker = new Worker(watch, { eval: true, env: {}, resourceLimits: { maxOldGenerationSizeMb: 8 } });
  worker.unref();
}
