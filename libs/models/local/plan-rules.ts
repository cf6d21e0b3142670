import type { FoundEntity } from '../extraction-model.js';

import type { Sentence } from './sentences.js';
import { carried, isDoubtful, textBefore, type Statement } from './statements.js';

const planWords =
  /\b(?:initiatives?|plans?|planned|planning|strategy|strategic|goals?|targets?|roadmap|outlook|will|intends?|aims?|priorities|upcoming|next year)\b/;
const site =
  'plant|factory|site|office|branch|store|facility|laboratory|lab|campus|warehouse|showroom|data centre|data center|centre|center|hub';

interface PlanPattern {
  readonly type: string;
  readonly words: RegExp;
  readonly relation: string;
  /** The relation where the sentence speaks of plans. */
  readonly planned: string;
}

const article = '(?:(?:the|its|our|an?|new|existing|second|third|another) )*';
const patterns: readonly PlanPattern[] = [
  {
    type: 'Organization',
    words: new RegExp(
      `(?:^|[^a-z])(?<!\\b(?:is|are|was|were|be) )(?:expanding|deepening|extending|strengthening) ${article}(?:\\w+ )?(?:partnership|cooperation|collaboration|alliance|relationship) with (?:the )?$`,
    ),
    relation: 'EXPANDS_PARTNERSHIP_WITH',
    planned: 'EXPANDS_PARTNERSHIP_WITH',
  },
  {
    type: 'Location',
    words: new RegExp(
      `(?:^|[^a-z])(?<!\\b(?:is|are|was|were|be) )(?:opening|building|establishing) ${article}(?:[\\w-]+ ){0,2}(?:${site}) (?:in|near) $`,
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
    const isPlanned = planWords.test(wholeBefore(text, sentence, entity));
    const relation = isPlanned ? pattern.planned : pattern.relation;
    return [carried(subject, relation, entity, entity.start - match[0].trimStart().length)];
  });
}

const sentenceCharsMax = 600;

function wholeBefore(text: string, sentence: Sentence, entity: FoundEntity): string {
  return text.slice(Math.max(sentence.start, entity.start - sentenceCharsMax), entity.start).toLowerCase();
}
