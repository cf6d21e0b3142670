import type { FoundEntity } from '../extraction-model.js';

import { officeRelation, officeStatements } from './role-rules.js';
import type { Sentence } from './sentences.js';
import { carried, textBefore, type Statement } from './statements.js';

interface LabelRule {
  readonly type: string;
  readonly relation: string;
  /** The labelled value is the source: `Founder: X` says that X founded the subject. */
  readonly reverse?: true;
}

/** What a label says of its value, by the last word of the label. */
const rules = new Map<string, LabelRule>([
  ['partner', { type: 'Organization', relation: 'HAS_PARTNER' }],
  ['contract', { type: 'Organization', relation: 'HAS_CONTRACT_WITH' }],
  ['order', { type: 'Organization', relation: 'HAS_CONTRACT_WITH' }],
  ['customer', { type: 'Organization', relation: 'HAS_CUSTOMER' }],
  ['client', { type: 'Organization', relation: 'HAS_CUSTOMER' }],
  ['supplier', { type: 'Organization', relation: 'HAS_SUPPLIER' }],
  ['vendor', { type: 'Organization', relation: 'HAS_SUPPLIER' }],
  ['competitor', { type: 'Organization', relation: 'COMPETES_WITH' }],
  ['investor', { type: 'Organization', relation: 'HAS_INVESTOR' }],
  ['subsidiary', { type: 'Organization', relation: 'OWNS' }],
  ['parent', { type: 'Organization', relation: 'OWNS', reverse: true }],
  ['acquisition', { type: 'Organization', relation: 'ACQUIRED' }],
  ['headquarters', { type: 'Location', relation: 'BASED_IN' }],
  ['hq', { type: 'Location', relation: 'BASED_IN' }],
  ['location', { type: 'Location', relation: 'HAS_SITE_IN' }],
  ['office', { type: 'Location', relation: 'HAS_SITE_IN' }],
  ['site', { type: 'Location', relation: 'HAS_SITE_IN' }],
  ['plant', { type: 'Location', relation: 'HAS_SITE_IN' }],
  ['founded', { type: 'Date', relation: 'FOUNDED_IN' }],
  ['established', { type: 'Date', relation: 'FOUNDED_IN' }],
  ['founder', { type: 'Person', relation: 'FOUNDED', reverse: true }],
  ['product', { type: 'Product', relation: 'HAS_PRODUCT' }],
]);
const label = /(?:^|[^a-z' -])((?:[a-z'-]+ ){0,3})([a-z-]+) ?: ?$/;
const listGap = /^(?:,? (?:and|or|&)|,|;) $/;

/** `Key partner: X` says something of the organisation the text is about; so does each member of a list after it. */
export function findLabelled(text: string, sentence: Sentence, subject: FoundEntity | undefined): Statement[] {
  const statements: Statement[] = [];
  let current: { word: string; start: number } | undefined;
  let before: FoundEntity | undefined;
  for (const entity of sentence.entities) {
    const match = label.exec(textBefore(text, sentence.start, entity.start));
    if (match) current = { word: singular(match[2] ?? ''), start: entity.start - match[0].trimStart().length };
    else if (!before || !listGap.test(text.slice(before.end, entity.start))) current = undefined;
    if (current && subject && !/\b(?:no|former|lost|cancelled|potential|possible)\b/.test(match?.[1] ?? '')) {
      statements.push(...labelled(current.word, current.start, entity, subject));
    }
    before = entity;
  }
  return statements;
}

function labelled(word: string, start: number, value: FoundEntity, subject: FoundEntity): Statement[] {
  if (subject.name === value.name) return [];
  const rule = rules.get(word);
  const office = officeRelation(word);
  const from = Math.max(0, start);
  if (office && value.type === 'Person') {
    return officeStatements(value, office, subject).map((held) => ({ ...held, start: from, end: value.end }));
  }
  if (rule?.type !== value.type) return [];
  const statement = carried(subject, rule.relation, value, from);
  return [rule.reverse ? { ...statement, source: value, target: subject } : statement];
}

function singular(word: string): string {
  return word === 'headquarters' ? word : word.replace(/ies$/, 'y').replace(/s$/, '');
}
