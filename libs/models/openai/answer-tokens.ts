import { countTokens } from '#tokens';

import type { FoundEntity, FoundFact } from '../extraction-model.js';

/** Tokens of an answer that says so, as a chat model would write it. */
export function answerTokens(entities: readonly FoundEntity[], facts: readonly FoundFact[]): number {
  const named = new Map(
    entities.map(({ name, type }) => [`${type} ${name}`, { name, type, aliases: [], summary: null }]),
  );
  const said = facts.map(({ source, relation, target, sentence }) => ({
    ...{ source: source.name, relation, target: target.name, evidence: sentence },
    ...{ valid_from: null, valid_until: null },
  }));
  return countTokens(JSON.stringify({ entities: [...named.values()], facts: said }));
}
