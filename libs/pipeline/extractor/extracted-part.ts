import type { DocumentExtracted, DocumentParsed, TokenUsage } from '#events';
import { acronymClaims } from '#identity';
import type { Extraction, ExtractionModel } from '#models';

import { partEntities } from './entities.js';
import { partFacts } from './facts.js';

/** A part, and how much of what was found had to be left out. */
export interface ExtractedPart {
  readonly part: DocumentExtracted;
  /** Without a name, or a place in its chunk. */
  readonly entitiesDropped: number;
  readonly factsDropped: number;
}

/** The part with what was found in its chunks. Of what fields of a record say no model was asked. */
export function extractedPart(
  { parsedAt: _, warnings: _warnings, children: _children, mapped, ...part }: DocumentParsed,
  found: readonly Extraction[],
  { id: model, version }: Pick<ExtractionModel, 'id' | 'version'>,
  extractedAt: number,
): ExtractedPart {
  const entities = partEntities(part.namespace, part.chunks, found);
  const { facts, dropped } = partFacts(part.namespace, part.chunks, found, entities);
  return {
    part: {
      ...part,
      entities: entities.entities,
      mentions: entities.mentions,
      facts,
      claims: acronymClaims(part.ingestionId, entities.acronyms),
      tokens: tokensSpent(model, found),
      extractedBy: mapped === null ? { model, version } : null,
      extractedAt,
    },
    entitiesDropped: entities.dropped,
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
