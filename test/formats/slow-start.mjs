// A process that reads documents, on a machine that takes its time to start it.
import { setTimeout as wait } from 'node:timers/promises';

await wait(3_000);
await import('../../dist/libs/pipeline/parser/worker/main.js');
