import type { EntityType } from '../../extraction-model.js';
import type { EntitySpan } from '../spans.js';
import type { Token } from '../tokens.js';

const letters: Partial<Record<EntityType, string>> = {
  Person: 'P',
  Organization: 'O',
  Location: 'L',
  Product: 'R',
  Event: 'E',
};

/** What the rules say of each word: `o` nothing, else `B` or `I` (first, further word) and a letter for the type. */
export function ruleTags(tokens: readonly Token[], spans: readonly EntitySpan[]): string[] {
  const tags = tokens.map(() => 'o');
  const sorted = spans.toSorted((a, b) => a.start - b.start);
  let at = 0;
  for (const { type, start, end } of sorted) {
    while (at < tokens.length && (tokens[at]?.end ?? 0) <= start) at += 1;
    for (let next = at; next < tokens.length && (tokens[next]?.start ?? end) < end; next += 1) {
      tags[next] = (next === at ? 'B' : 'I') + (letters[type] ?? 'X');
    }
  }
  return tags;
}

/** Parts of longer names, e.g. a surname: which types they stood in, and whether another word followed. */
export function partsOfNames(tokens: readonly Token[], tags: readonly string[]): ReadonlyMap<string, Set<string>> {
  const parts = new Map<string, Set<string>>();
  tags.forEach((tag, index) => {
    const runsOn = tags[index + 1]?.startsWith('I') === true;
    if (!/^[BI][POL]$/.test(tag) || (!runsOn && !tag.startsWith('I'))) return;
    const word = tokens[index]?.word ?? '';
    const known = parts.get(word) ?? new Set();
    parts.set(word, known.add(tag.charAt(1) + (runsOn ? 'n' : 'z')));
  });
  return parts;
}
