import type { GraphStats } from '#stores/reading';

import type { CitedSentence } from './compose-answer.js';

/** How much a namespace holds, in a sentence. No passage says it, so it cites none. */
export function countedAs(namespace: string, { documents, entities, facts, types }: GraphStats): CitedSentence[] {
  const byType = Object.entries(types)
    .sort(([one, more], [other, less]) => less - more || (one < other ? -1 : 1))
    .map(([type, count]) => `${count} ${type}`);
  const kinds = byType.length === 0 ? '' : ` (${byType.join(', ')})`;
  const counts = `${counted(documents, 'document')}, ${counted(entities, 'entity', 'entities')}${kinds}`;
  return [{ text: `Namespace ${namespace} holds ${counts} and ${counted(facts, 'fact')}.`, citations: [] }];
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
