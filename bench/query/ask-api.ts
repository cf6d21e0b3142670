import { request } from 'undici';

import { searchModes, type SearchMode } from '#query';

import { blocksOf } from '../lists/blocks.js';
import { namespace } from './corpus.js';
import { askSteadily } from './measure.js';

const headers = { 'content-type': 'application/json' };

/**
 * Asks by a client that takes little itself: `fetch` takes nearly twice as much processor time for such an answer,
 * which is no part of the API. @returns how many hits came; throws unless the answer is whole.
 */
export async function askApi(address: string, query: string, mode: SearchMode): Promise<number> {
  const body = JSON.stringify({ query, namespace, mode, limit: 10 });
  const answer = await request(`${address}/v1/search`, { method: 'POST', headers, body });
  const { hits = [], leftOut = [] } = (await answer.body.json()) as { hits?: unknown[]; leftOut?: unknown[] };
  if (answer.statusCode !== 200 || leftOut.length > 0) throw new Error(`no whole answer to: ${query}`);
  return hits.length;
}

/** How long each mode takes for the same questions. They take turns, and who begins changes with each block. */
export async function timeModes(
  address: string,
  questions: readonly string[],
  { rate, blockSize }: { readonly rate: number; readonly blockSize: number },
): Promise<ReadonlyMap<SearchMode, readonly number[]>> {
  const times = new Map<SearchMode, number[]>(searchModes.map((mode) => [mode, []]));
  for (const [index, block] of blocksOf(questions, blockSize).entries()) {
    const first = index % searchModes.length;
    for (const mode of [...searchModes.slice(first), ...searchModes.slice(0, first)]) {
      times.get(mode)?.push(...(await askSteadily(block, rate, (question) => askApi(address, question, mode))));
    }
  }
  return times;
}
