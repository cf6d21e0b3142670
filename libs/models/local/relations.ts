import type { FoundEntity, FoundFact } from '../extraction-model.js';

import { findAmounts } from './amount-rules.js';
import { dateStartMs } from './dates.js';
import { findLabelled } from './label-rules.js';
import { findPlans } from './plan-rules.js';
import { findRoles } from './role-rules.js';
import { sentencesWithEntities, type Sentence } from './sentences.js';
import { between, plain, textBefore, type Statement } from './statements.js';
import type { Token } from './tokens.js';
import { findVerbs } from './verb-rules.js';

/** Entities to the right of one that are looked at for a relation with it. */
const neighboursMax = 3;
const reportWords =
  /^ ?(?:annual |quarterly |financial |earnings )?(?:report|results|earnings|review|update|figures|statement|letter)\b/;

/** What a text has been about so far. */
interface Topic {
  readonly subject: FoundEntity | undefined;
  readonly period: FoundEntity | undefined;
}

/** States facts about entities that stand in order; sentences without a subject speak of the one before. */
export function findFacts(text: string, tokens: readonly Token[], entities: readonly FoundEntity[]): FoundFact[] {
  const facts: FoundFact[] = [];
  let topic: Topic = { subject: undefined, period: undefined };
  for (const sentence of sentencesWithEntities(tokens, entities)) {
    if (text[sentence.end] === '?') continue;
    const pairs = findPairs(text, sentence);
    topic = nextTopic(text, sentence, topic, pairs);
    const statements = [
      ...pairs,
      ...reportedPeriod(text, sentence, topic),
      ...findLabelled(text, sentence, topic.subject),
      ...findAmounts(text, sentence, topic.subject, topic.period),
      ...findPlans(text, sentence, topic.subject),
    ];
    facts.push(...statements.map((statement) => factOf(statement, text, sentence)));
  }
  return distinct(facts);
}

function findPairs(text: string, sentence: Sentence): Statement[] {
  return sentence.entities.flatMap((left, index) =>
    sentence.entities
      .slice(index + 1, index + 1 + neighboursMax)
      .flatMap((right) => [
        ...findRoles(text, sentence.start, left, right),
        ...findVerbs(text, sentence.start, left, right),
      ]),
  );
}

/** The organisation a sentence begins with, or the one its first person works for, is what it is about. */
function nextTopic(text: string, sentence: Sentence, topic: Topic, pairs: readonly Statement[]): Topic {
  const first = sentence.entities[0];
  const opens =
    first !== undefined &&
    /^(?:[“"'(]|the |at |for |meanwhile, )*$/.test(textBefore(text, sentence.start, first.start));
  if (!opens || !first) return topic;
  const period = first.type === 'Organization' ? periodAfter(text, sentence) : undefined;
  if (first.type === 'Organization') {
    const same = topic.subject?.name === first.name;
    return { subject: first, period: period ?? (same ? topic.period : undefined) };
  }
  const employer = pairs.find((pair) => pair.source === first && pair.relation === 'WORKS_FOR')?.target;
  if (!employer) return first.type === 'Person' ? { ...topic, subject: undefined } : topic;
  return { subject: employer, period: topic.subject?.name === employer.name ? topic.period : undefined };
}

function periodAfter(text: string, sentence: Sentence): FoundEntity | undefined {
  const [first, second] = sentence.entities;
  if (!first || second?.type !== 'Date' || !/^(?:'s)?,? $/.test(plain(text.slice(first.end, second.start))))
    return undefined;
  return reportWords.test(plain(text.slice(second.end, second.end + 40))) ? second : undefined;
}

function reportedPeriod(text: string, sentence: Sentence, topic: Topic): Statement[] {
  const period = periodAfter(text, sentence);
  return period && topic.subject ? [between(topic.subject, 'REPORTED_FOR', period)] : [];
}

function factOf(statement: Statement, text: string, sentence: Sentence): FoundFact {
  const { source, relation, target, start, end } = statement;
  return {
    source: { name: source.name, type: source.type },
    relation,
    target: { name: target.name, type: target.type },
    sentence: `${source.name} ${spoken(relation)} ${target.name}`,
    start,
    end,
    ...validity(statement, text, sentence),
  };
}

const initials = new Set(['CEO', 'CFO', 'CTO', 'COO', 'EBITDA']);

/** `is CEO of` for CEO_OF, `has partner` for HAS_PARTNER. */
function spoken(relation: string): string {
  const words = relation.split('_').map((word) => (initials.has(word) ? word : word.toLowerCase()));
  const isOffice =
    /_(?:OF|FOR|AT)$/.test(relation) && !/^(?:WORK|REPORTED|HAS|PRESENTED|STUDIED|TAUGHT)/.test(relation);
  return isOffice ? `is ${words.join(' ')}` : words.join(' ');
}

/** A date right after the statement, or one that opens the sentence, says from or until when it holds. */
function validity(
  { target, end }: Statement,
  text: string,
  sentence: Sentence,
): { validAt?: number; invalidAt?: number } {
  if (target.type === 'Date') return {};
  const after = sentence.entities.find((entity) => entity.type === 'Date' && entity.start >= end);
  const words = after ? plain(text.slice(end, Math.min(after.start, end + 20))) : '';
  const ms = after ? dateStartMs(after.name) : undefined;
  if (ms !== undefined && /^,? (?:in|on|since|from) $/.test(words)) return { validAt: ms };
  if (ms !== undefined && /^,? until $/.test(words)) return { invalidAt: ms };
  const first = sentence.entities[0];
  const opening = first?.type === 'Date' ? textBefore(text, sentence.start, first.start) : '';
  const openingMs = /^(?:in|on|since) $/.test(opening) && first ? dateStartMs(first.name) : undefined;
  return openingMs === undefined ? {} : { validAt: openingMs };
}

/** Each statement once, where it is said first. */
function distinct(facts: readonly FoundFact[]): FoundFact[] {
  const byStatement = new Map<string, FoundFact>();
  for (const fact of facts) {
    const key = JSON.stringify([fact.source, fact.relation, fact.target]);
    const self = fact.source.name === fact.target.name && fact.source.type === fact.target.type;
    if (!self && !byStatement.has(key)) byStatement.set(key, fact);
  }
  return [...byStatement.values()];
}
