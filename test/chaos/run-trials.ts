import type { FaultKind } from './fault-kinds.js';
import { fullContents } from './full-contents.js';
import type { Contents } from '../checker/index.js';
import { eventually } from '../e2e/eventually.js';
import { runTrial, type Bystander, type TrialOptions, type TrialResult } from './trial.js';
import type { World } from './world.js';

const bystanderMsMax = 180_000;

export interface RunOptions extends Omit<TrialOptions, 'replays' | 'kinds'> {
  readonly trials: number;
  /** What may happen in a trial, by its number from 0. */
  readonly kindsOf: (trial: number) => readonly FaultKind[];
  /** Each so many trials, and after the last one, everything of the trial is read once more. */
  readonly replayEvery: number;
  /** Stops at the first trial that finds something. */
  readonly bail: boolean;
}

/** One trial after the other on the same stack and processes. */
export async function* runTrials(world: World, options: RunOptions): AsyncGenerator<TrialResult> {
  const { trials, seed, kindsOf, replayEvery, bail } = options;
  const still = await bystander(world);
  // Not counted: whatever is compiled or planned at first use is so now.
  await runTrial(world, { ...options, kinds: [], quietMs: Infinity, replays: false }, [still]);
  let before: Bystander[] = [];
  for (let i = 0; i < trials; i += 1) {
    const replays = (i + 1) % replayEvery === 0 || i + 1 === trials;
    const result = await runTrial(world, { ...options, seed: seed + i, kinds: kindsOf(i), replays }, [
      still,
      ...before,
    ]);
    before = [result.bystander];
    yield result;
    if (bail && result.violations.length > 0) return;
  }
}

/** A tenant who is there before all trials and does nothing while they run. */
async function bystander({ api, contents }: World): Promise<Bystander> {
  const namespace = `bystander-${Date.now().toString(36)}`;
  const body = { namespace, source: 'inline', content: 'John Smith is the CEO of ACME Corporation in Berlin.' };
  for (const documentId of ['one', 'two']) {
    await fetch(`${api}/v1/documents`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, documentId }),
    });
  }
  const live = async (): Promise<Contents | undefined> => {
    const statuses = (await contents.ledger([namespace])).map(({ status }) => status);
    return statuses.join() === 'live,live' ? fullContents(contents, [namespace]) : undefined;
  };
  return { namespaces: [namespace], contents: await eventually('the bystander to be live', live, bystanderMsMax) };
}
