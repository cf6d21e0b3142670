import type { FoundEntity, FoundFact } from '../extraction-model.js';
import { ordersIn } from '../find-orders.js';

import { findExact } from './find-exact.js';
import { findConcepts } from './metrics.js';
import { findNames } from './names.js';
import { findFacts } from './relations.js';
import { withoutOverlaps, type EntitySpan } from './spans.js';
import { tagNames } from './tagger/tag-names.js';
import { tokenize } from './tokens.js';

/** Bounds of what one passage may yield; the first in the text stay. */
export const entitiesMax = 64;
export const factsMax = 64;
/** A passage is far shorter; text beyond this is not looked at. */
const textCharsMax = 65_536;
/** Longer names are runaway capitals, not names. */
const nameCharsMax = 200;

/** All entities and facts of a passage, in order of the text. Pure, and linear in the length of the text. */
export function findInText(passage: string): { entities: FoundEntity[]; facts: FoundFact[] } {
  const text = passage.length > textCharsMax ? passage.slice(0, textCharsMax) : passage;
  const tokens = tokenize(text);
  const exact = findExact(text);
  const names = tagNames(text, tokens, findNames(tokens, text, exact), exact);
  const spans = withoutOverlaps(exact, names, findConcepts(text));
  const entities = spans.map((span) => named(span, text)).filter((entity) => entity.name.length <= nameCharsMax);
  const bounded = entities.slice(0, entitiesMax);
  const orders = ordersIn(text);
  // What a text tells its reader to report is not what it states.
  const isTold = (fact: FoundFact): boolean => orders.some(({ start, end }) => fact.start < end && start < fact.end);
  const facts = findFacts(text, tokens, bounded).filter((fact) => !isTold(fact));
  return { entities: bounded, facts: facts.slice(0, factsMax) };
}

/** Names are compared across documents, so line breaks and compositions of letters must not tell them apart. */
function named({ type, start, end }: EntitySpan, text: string): FoundEntity {
  return { type, start, end, name: text.slice(start, end).normalize('NFC').replaceAll(/\s+/g, ' ') };
}
