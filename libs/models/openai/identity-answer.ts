import type { NameInDoubt } from '../identity-model.js';

/**
 * Takes from an answer the index of the candidate for each doubt; undefined where it names none, one that was not
 * offered, or several.
 * @returns undefined if the answer is not of the shape that was asked for.
 */
export function chosenCandidates(
  answer: unknown,
  doubts: readonly NameInDoubt[],
): readonly (number | undefined)[] | undefined {
  const { choices } = (answer ?? {}) as { readonly choices?: unknown };
  if (!Array.isArray(choices) || !choices.every(isChoice)) return undefined;
  return doubts.map(({ candidates }, at) => {
    const named = new Set(choices.filter(({ name }) => name === at + 1).map(({ candidate }) => candidate));
    const [only = 0] = named;
    const isOffered = named.size === 1 && Number.isInteger(only) && only >= 1 && only <= candidates.length;
    return isOffered ? only - 1 : undefined;
  });
}

function isChoice(said: unknown): said is { readonly name: number; readonly candidate: number } {
  const { name, candidate } = (said ?? {}) as Record<string, unknown>;
  return typeof name === 'number' && typeof candidate === 'number';
}
