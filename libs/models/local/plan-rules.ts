import type { FoundEntity } from '../extraction-model.js';

import type { Sentence } from './sentences.js';
import { siteSource } from './site-words.js';
import { carried, isDoubtful, textBefore, type Statement } from './statements.js';

const planWords = new RegExp(
  '\\b(?:initiatives?|plans?|planned|planning|strategy|strategic|goals?|targets?|roadmap|outlook|will|intends?|aims?|' +
    'priorities|upcoming|next year)\\b',
);

interface PlanPattern {
  readonly type: string;
  readonly words: RegExp;
  readonly relation: string;
  /** The relation where the sentence speaks of plans. */
  readonly planned: string;
}

/** A gerund of its own: `is opening` has its own subject, which the rules for verbs read. */
const listed = '(?:^|[^a-z])(?<!\\b(?:is|are|was|were|be) )';
const article = '(?:(?:the|its|our|an?|new|existing|second|third|another) )*';
const patterns: readonly PlanPattern[] = [
  {
    type: 'Organization',
    words: new RegExp(
      `${listed}(?:expanding|deepening|extending|strengthening) ${article}(?:\\w+ )?` +
        '(?:partnership|cooperation|collaboration|alliance|relationship) with (?:the )?$',
    ),
    relation: 'EXPANDS_PARTNERSHIP_WITH',
    planned: 'EXPANDS_PARTNERSHIP_WITH',
  },
  {
    type: 'Location',
    words: new RegExp(
      `${listed}(?:opening|building|establishing) ${article}(?:[\\w-]+ ){0,2}(?:${siteSource}) (?:in|near) $`,
    ),
    relation: 'OPENS_SITE_IN',
    planned: 'PLANS_SITE_IN',
  },
  {
    type: 'Date',
    words: /(?:^|[^a-z])(?:initiatives|plans|strategy|goals|targets|roadmap|budget|priorities) for $/,
    relation: 'HAS_PLANS_FOR',
    planned: 'HAS_PLANS_FOR',
  },
];

/** What the subject of a sentence sets out to do, where it is listed without naming the subject again. */
export function findPlans(text: string, sentence: Sentence, subject: FoundEntity | undefined): Statement[] {
  if (!subject) return [];
  return sentence.entities.flatMap((entity) => {
    if (entity.name === subject.name) return [];
    const words = textBefore(text, sentence.start, entity.start);
    const pattern = patterns.find((candidate) => candidate.type === entity.type && candidate.words.test(words));
    const match = pattern?.words.exec(words);
    if (!pattern || !match || isDoubtful(words)) return [];
    const whole = wholeBefore(text, sentence, entity);
    if (quotesOthers.test(whole)) return [];
    const isPlanned = planWords.test(whole);
    const relation = isPlanned ? pattern.planned : pattern.relation;
    return [carried(subject, relation, entity, entity.start - match[0].trimStart().length)];
  });
}

/** What somebody says of others is not about the subject. */
const quotesOthers = /\b(?:said|says|that|which|according to|told)\b/;
const sentenceCharsMax = 600;

function wholeBefore(text: string, sentence: Sentence, entity: FoundEntity): string {
  return text.slice(Math.max(sentence.start, entity.start - sentenceCharsMax), entity.start).toLowerCase();
}
