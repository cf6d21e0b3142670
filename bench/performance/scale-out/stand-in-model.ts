import { createHash } from 'node:crypto';

import { ExtractionModel, type ChunkText, type Extraction } from '#models';

/** How an answer takes its time: `sleep` holds its process up and needs no CPU, `compute` needs it. */
export type StandInKind = 'sleep' | 'compute';

const hashedBytes = Buffer.alloc(64 * 1024);
const free = { promptTokens: 0, completionTokens: 0 };

/**
 * Stands in for a model that keeps its process busy for a while and finds nothing. One that sleeps shows what more
 * instances bring where there are cores for all of them; one that computes, what they bring on this machine.
 */
export class StandInModel extends ExtractionModel {
  override readonly id = 'bench/stand-in';
  override readonly version = '1';
  private readonly rounds: number;

  constructor(
    private readonly kind: StandInKind,
    private readonly workMs: number,
  ) {
    super();
    this.rounds = kind === 'compute' ? roundsFor(workMs) : 0;
  }

  override extract(texts: readonly ChunkText[]): Promise<Extraction[]> {
    if (this.kind === 'sleep') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, this.workMs);
    else for (let round = 0; round < this.rounds; round += 1) hash();
    return Promise.resolve(texts.map(() => ({ entities: [], facts: [], usage: free })));
  }
}

function hash(): void {
  createHash('sha256').update(hashedBytes).digest();
}

/** How much work takes so long here, in CPU time: the same amount for all instances, whoever else uses the machine. */
function roundsFor(workMs: number): number {
  const rounds = 500;
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) hash();
  const { user, system } = process.cpuUsage(before);
  return Math.max(1, Math.round((rounds * workMs * 1000) / (user + system)));
}
