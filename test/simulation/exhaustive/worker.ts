import { parentPort } from 'node:worker_threads';

import { sound } from '../world.js';
import { Explorer } from './explore.js';
import type { Answer } from './run.js';
import type { Job } from './scope.js';

parentPort?.on('message', ({ job, ...rest }: Job & { readonly job: number }) => {
  const before = process.threadCpuUsage();
  void new Explorer({ ...rest, machinery: sound }).explore().then((explored) => {
    const { user, system } = process.threadCpuUsage(before);
    parentPort?.postMessage({ job, explored, cpuMs: (user + system) / 1000 } satisfies Answer);
  });
});
