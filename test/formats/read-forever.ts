// Reads a document that takes minutes, until it is killed: a program of its own for `parse-pool.e2e.ts`.
import { aParsePool, readFileIn } from './read-here.js';

const bytes = Buffer.from('Marta winds the gauge of the brick tank. '.repeat(1_500_000));
await readFileIn(aParsePool({ timeoutMs: 600_000, memoryBytesMax: 2 * 1024 ** 3 }), { name: 'slow.txt', bytes });
