import type { Wave } from './plan-waves.js';
import { Trials, type WaveResult } from './run-wave.js';

export interface WavesOptions {
  readonly seed: number;
  readonly partitions: number;
  /** Stops after the first wave that finds something. */
  readonly bail: boolean;
  readonly keep: boolean;
  readonly say: (text: string) => void;
  /** Aborted to end with the wave at hand. */
  readonly signal: AbortSignal;
}

/** What came in the way of a wave may be gone when its cells are tried again, on another stack. */
function untried(error: unknown): WaveResult {
  const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { cells: [], tookMs: 0, recoveryMs: 0, spoilt: true, failure };
}

/** One wave after the other; a stack on which something could not end is not used again. */
export async function* runWaves(waves: readonly Wave[], options: WavesOptions): AsyncGenerator<WaveResult> {
  const { seed, partitions, bail, keep, say, signal } = options;
  let trials: Trials | undefined;
  try {
    for (const { roles, cells } of waves) {
      trials ??= await Trials.start(partitions, seed);
      say(`── ${roles.join(', ')} ${cells[0]?.fault}, ${cells.length} cells; logs in ${trials.world.folder}`);
      const result = await trials.run({ roles, cells }).catch(untried);
      if (result.failure !== undefined) say(`   nothing can be said of these cells: ${result.failure}`);
      yield result;
      if (signal.aborted || (bail && result.cells.some(({ violations }) => violations.length > 0))) return;
      if (!result.spoilt) continue;
      await trials.world.stop({ keep: true });
      trials = undefined;
    }
  } finally {
    await trials?.world.stop({ keep });
  }
}
