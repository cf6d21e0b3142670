import type { KnownFact } from '#stores/reading';

import { asksForChange, asksOfThePast } from './asked-for.js';
import { factLine } from './build-context.js';
import { stemsOf, type Telling } from './compose-answer.js';
import { distinctBy } from './distinct-by.js';
import { asOfOf, type Found } from './look-up.js';
import type { SearchRequest } from './request.js';
import { wordsShared } from './words-shared.js';

const factsMax = 3;
/** A timeline is told by more of them. */
const changesMax = 5;
/** Words that ask, and stand in no fact for what is asked. */
const asking = new Set(
  (
    'who whom whose what which when where why how did does has have had can could known tell change changes changed ' +
    'changing evolve evolved evolution history over time timeline former formerly previous previously used'
  ).split(' '),
);

/**
 * Chooses the facts that say most of what the question asks besides the names in it. What was said and does not hold
 * any more takes part only in questions of the past, and is told with its time, or it would be taken for what holds.
 */
export function factsToTell(words: readonly string[], request: SearchRequest, found: Found): Telling {
  const asOf = asOfOf(request, found.first);
  const question = { query: request.query, ...(asOf === undefined ? {} : { asOf }) };
  const ofChange = asksForChange(question);
  const candidates = asksOfThePast(question)
    ? distinctBy(({ uuid }) => uuid, [...found.facts, ...found.timeline])
    : found.facts;
  const telling = tellingStems(words, found);
  const chosen = ofChange ? changes(candidates, telling) : answering(candidates, telling, found);
  const told = chosen.map((fact) => {
    const text = ofChange || fact.invalidAt !== null ? factLine(fact) : fact.fact;
    return { uuid: fact.uuid, text };
  });
  return { facts: told, first: ofChange || asOf !== undefined || found.first.route === 'graph' };
}

/** The newest facts that speak of it, or of what is named if nothing else is asked for, in the order of time. */
function changes(candidates: readonly KnownFact[], telling: readonly string[]): KnownFact[] {
  const fitting = candidates.filter((fact) => telling.length === 0 || wordsShared(fact, telling) > 0);
  return fitting
    .toSorted((a, b) => beginOf(b) - beginOf(a) || 0)
    .slice(0, changesMax)
    .sort((a, b) => beginOf(a) - beginOf(b) || 0);
}

/** The facts that share most with it; if none says more than a name, what passages say of the thing asked for. */
function answering(candidates: readonly KnownFact[], telling: readonly string[], found: Found): readonly KnownFact[] {
  const fitting = candidates
    .map((fact) => ({ fact, shared: wordsShared(fact, telling) }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared)
    .map(({ fact }) => fact);
  if (fitting.length > 0 || found.first.route !== 'graph') return fitting.slice(0, factsMax);
  const stated = found.answers.flatMap(({ hits }) => hits.flatMap(({ facts }) => facts.map(({ uuid }) => uuid)));
  return found.facts.slice(0, factsMax).filter(({ uuid }) => stated.includes(uuid));
}

/** How the words begin that say what is asked for, besides the names. */
function tellingStems(words: readonly string[], { entities }: Found): string[] {
  const names = entities.map(({ name }) => name.toLowerCase());
  const stems = stemsOf(words.filter((word) => !asking.has(word)));
  return stems.filter((stem) => !names.some((name) => name.includes(stem)));
}

/** What has no time is taken for what always held. */
function beginOf({ validAt }: KnownFact): number {
  return validAt ?? -Infinity;
}
