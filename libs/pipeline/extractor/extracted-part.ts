import type { DocumentExtracted, DocumentParsed, TokenUsage } from '#events';
import { type Extraction } from '#models';

import { partEntities } from './entities.js';
import { partFacts } from './facts.js';

/** The part with what was found in its chunks, and how many facts had to be left out. */
export function extractedPart(
  { parsedAt: _, warnings: _warnings, children: _children, mapped: _mapped, ...part }: DocumentParsed,
  found: readonly Extraction[],
  modelId: string,
  extractedAt: number,
): { readonly part: DocumentExtracted; readonly factsDropped: number } {
  const entities = partEntities(part.namespace, part.chunks, found);
  const { facts, dropped } = partFacts(part.namespace, part.chunks, found, entities);
  return {
    part: {
      ...part,
      entities: entities.entities,
      mentions: entities.mentions,
      facts,
      claims: [],
      tokens: tokensSpent(modelId, found),
      extractedAt,
    },
    factsDropped: dropped,
  };
}

function tokensSpent(model: string, found: readonly Extraction[]): TokenUsage[] {
  const sum = (count: (extraction: Extraction) => number): number =>
    found.reduce((total, one) => total + count(one), 0);
  const promptTokens = sum((one) => one.usage.promptTokens);
  const completionTokens = sum((one) => one.usage.completionTokens);
  return [{ model, promptTokens, completionTokens }];
}
