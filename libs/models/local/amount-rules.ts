import type { FoundEntity } from '../extraction-model.js';

import { metricRelation, metricSource } from './metrics.js';
import type { Sentence } from './sentences.js';
import { between, carried, isDoubtful, plain, textBefore, type Statement } from './statements.js';

const about = '(?:about |nearly |almost |approximately |around |some |over |more than |a record |just )?';
const level =
  'was|were|is|are|of|reached|hit|totall?ed|amounted to|stood at|came to|rose to|grew to|increased to|climbed to|' +
  'fell to|dropped to';
const metricAmount = new RegExp(
  `(?:^|[^a-z-])(${metricSource})(?: (?:for|in) [^,;:]{1,30}?)?(?: (?:${level})|:)+ ${about}$`,
);
const grew = 'rose|grew|increased|climbed|jumped|surged|gained|advanced|improved|up';
const fell = 'fell|dropped|declined|decreased|slid|shrank|tumbled|plunged|down';
const metricChange = new RegExp(
  `(?:^|[^a-z-])(${metricSource})( of [^,;:]{1,40}?| at [^,;:]{1,40}?)? (?:(${grew})|${fell})(?: by)? ${about}$`,
);
const amountChange = new RegExp(
  `^,? ?\\(?(?:(?:an? )?(${grew}|rise of|increase of|growth of)|${fell}|decline of|drop of)(?: by)? ${about}$`,
);
const spent = /^ (?:has |have )?(?:also |recently )?(raised|invested|paid|spent|donated|borrowed) $/;

/** Figures of a subject: how high they are, how they changed, and for which period they are reported. */
export function findAmounts(
  text: string,
  sentence: Sentence,
  subject: FoundEntity | undefined,
  period: FoundEntity | undefined,
): Statement[] {
  const statements: Statement[] = [];
  let metric: string | undefined;
  sentence.entities.forEach((entity, index) => {
    const previous = sentence.entities[index - 1];
    const words = textBefore(text, sentence.start, entity.start);
    if (isDoubtful(words)) return;
    if (entity.type === 'Money') {
      const match = metricAmount.exec(words);
      metric = match?.[1];
      const start = entity.start - (match?.[0].trimStart().length ?? 0);
      if (metric) statements.push(...reported(entity, metric, start, subject, ownPeriod(sentence, period)));
      const verb = previous?.type === 'Organization' ? spent.exec(plain(text.slice(previous.end, entity.start))) : null;
      if (previous && verb) statements.push(between(previous, (verb[1] ?? '').toUpperCase(), entity));
    }
    if (entity.type === 'Percent') statements.push(...changed(text, words, previous, entity, metric, subject));
  });
  return statements;
}

function reported(
  money: FoundEntity,
  metric: string,
  start: number,
  subject: FoundEntity | undefined,
  period: FoundEntity | undefined,
): Statement[] {
  const statements: Statement[] = [];
  if (subject) statements.push(carried(subject, `REPORTED_${metricRelation(metric)}`, money, start));
  if (period) statements.push(carried(money, 'REPORTED_FOR', period, money.start));
  return statements.map((statement) => ({ ...statement, start: Math.max(0, start), end: money.end }));
}

/** The one date of the sentence, or the period the whole text reports on; several dates leave it open. */
function ownPeriod(sentence: Sentence, period: FoundEntity | undefined): FoundEntity | undefined {
  const dates = sentence.entities.filter((entity) => entity.type === 'Date');
  return dates.length > 1 ? undefined : (dates[0] ?? period);
}

function changed(
  text: string,
  words: string,
  previous: FoundEntity | undefined,
  percent: FoundEntity,
  metric: string | undefined,
  subject: FoundEntity | undefined,
): Statement[] {
  if (previous?.type === 'Money') {
    const match = amountChange.exec(plain(text.slice(previous.end, percent.start)));
    if (!match) return [];
    const relation = match[1] ? 'GREW_BY' : 'DECLINED_BY';
    const own = between(previous, relation, percent);
    if (!subject || !metric) return [own];
    return [own, { ...own, source: subject, relation: `${metricRelation(metric)}_${relation}` }];
  }
  const match = metricChange.exec(words);
  const owner = match?.[2] ? previous : subject;
  if (!match || owner?.type !== 'Organization') return [];
  const relation = `${metricRelation(match[1] ?? '')}_${match[3] ? 'GREW_BY' : 'DECLINED_BY'}`;
  return [carried(owner, relation, percent, percent.start - match[0].trimStart().length)];
}
