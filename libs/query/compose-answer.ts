import type { KnownEntity, KnownFact } from '#stores/reading';

import type { Hit } from './hit.js';

/** A sentence of an answer, as it stands in a document, with the passage it is from. */
export interface CitedSentence {
  readonly text: string;
  /** Numbers of the passages that say so, from 1; none for a count of what is stored. */
  readonly citations: readonly number[];
}

export interface Composed {
  readonly sentences: readonly CitedSentence[];
  /** From 0 to 1: how much of the question the cited sentences speak of, and whether ways of looking agree. */
  readonly confidence: number;
  readonly followUps: readonly string[];
}

/** Facts that an answer is to tell, as it says them. */
export interface Telling {
  readonly facts: readonly { readonly uuid: string; readonly text: string }[];
  /** Whether they are the answer, rather than something beside what passages say. */
  readonly first: boolean;
}

const sentencesMax = 5;
const sentenceCharsMax = 400;
const followUpsMax = 3;
/** A word of the question counts as found if a word begins like it. */
const stemChars = 5;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** How the words of a question begin, once each. */
export function stemsOf(words: readonly string[]): string[] {
  return [...new Set(words.map((word) => word.slice(0, stemChars)))];
}

/**
 * Makes an answer of what documents say, word for word: sentences that share most with the question, each with the
 * number of its passage. Nothing is worded anew, so nothing can be made up. Of the facts to tell, those are told that
 * one of the passages states.
 */
export function composeAnswer(
  words: readonly string[],
  hits: readonly Hit[],
  telling: Telling,
  { entities, facts }: { readonly entities: readonly KnownEntity[]; readonly facts: readonly KnownFact[] },
): Composed {
  const stems = stemsOf(words);
  const found = (text: string): Set<string> => {
    const lower = text.toLowerCase();
    return new Set(stems.filter((stem) => lower.includes(stem)));
  };
  const passages = hits.flatMap((hit, rank) =>
    sentencesOf(hit.text).map((text) => ({ text, citations: [rank + 1], found: found(text), rank })),
  );
  const told = telling.facts.flatMap(({ uuid, text }) => {
    const citations = hits.flatMap((hit, rank) => (hit.facts.some((fact) => fact.uuid === uuid) ? [rank + 1] : []));
    return citations.length === 0 ? [] : [{ text, citations, found: found(text), rank: hits.length }];
  });
  const candidates = telling.first ? passages : [...passages, ...told];
  candidates.sort((a, b) => b.found.size - a.found.size || a.rank - b.rank);
  const sentences: CitedSentence[] = [];
  const covered = new Set<string>();
  for (const { text, citations, found: here } of telling.first ? told : []) {
    if (here.size === 0) continue;
    sentences.push({ text, citations });
    for (const stem of here) covered.add(stem);
  }
  for (const { text, citations, found: here } of candidates) {
    const adds = [...here].some((stem) => !covered.has(stem));
    if (sentences.length >= sentencesMax || (!adds && sentences.length > 0)) continue;
    if (here.size === 0 || sentences.some((one) => one.text === text)) continue;
    sentences.push({ text, citations });
    for (const stem of here) covered.add(stem);
  }
  const share = stems.length === 0 ? 0 : covered.size / stems.length;
  return { sentences, confidence: confidenceOf(share, sentences, hits), followUps: followUpsOf(entities, facts) };
}

function sentencesOf(text: string): string[] {
  return [...segmenter.segment(text.replaceAll(/\s+/gu, ' '))]
    .map(({ segment }) => segment.trim())
    .filter((sentence) => sentence !== '' && sentence.length <= sentenceCharsMax);
}

function confidenceOf(share: number, sentences: readonly CitedSentence[], hits: readonly Hit[]): number {
  if (sentences.length === 0) return 0;
  const cited = hits[(sentences[0]?.citations[0] ?? 1) - 1];
  const agreeing = Math.min(Object.keys(cited?.scores ?? {}).length, 2) / 2;
  return Math.round((0.7 * share + 0.3 * agreeing) * 100) / 100;
}

function followUpsOf(entities: readonly KnownEntity[], facts: readonly KnownFact[]): string[] {
  const named = new Set(entities.map(({ uuid }) => uuid));
  const near = facts.flatMap(({ source, sourceUuid, target, targetUuid }) => [
    ...(named.has(sourceUuid) ? [] : [source]),
    ...(named.has(targetUuid) ? [] : [target]),
  ]);
  const questions = [
    ...entities.map(({ name }) => `How did what is known of ${name} change over time?`),
    ...near.map((name) => `What else is known of ${name}?`),
  ];
  return [...new Set(questions)].slice(0, followUpsMax);
}
