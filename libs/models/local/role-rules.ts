import type { FoundEntity } from '../extraction-model.js';

import { between, isDoubtful, plain, type Statement } from './statements.js';

/** How offices are written, and the relation each gives to the organisation or place. */
const offices: readonly (readonly [string, string])[] = [
  ['chief executive officer|chief executive|ceo', 'CEO_OF'],
  ['chief financial officer|finance chief|cfo', 'CFO_OF'],
  ['chief technology officer|cto', 'CTO_OF'],
  ['chief operating officer|coo', 'COO_OF'],
  ['chairman|chairwoman|chairperson|chair', 'CHAIR_OF'],
  ['managing director', 'MANAGING_DIRECTOR_OF'],
  ['vice president|vice-president', 'VICE_PRESIDENT_OF'],
  ['president', 'PRESIDENT_OF'],
  ['prime minister', 'PRIME_MINISTER_OF'],
  ['co-founder|cofounder|founder', 'FOUNDER_OF'],
  ['general manager|manager', 'MANAGER_OF'],
  ['director', 'DIRECTOR_OF'],
  ['head', 'HEAD_OF'],
  ['owner', 'OWNER_OF'],
  ['member', 'MEMBER_OF'],
  ['spokesman|spokeswoman|spokesperson', 'SPOKESPERSON_FOR'],
  ['governor', 'GOVERNOR_OF'],
  ['mayor', 'MAYOR_OF'],
  ['king', 'KING_OF'],
  ['queen', 'QUEEN_OF'],
  ['professor', 'PROFESSOR_AT'],
  ['editor', 'EDITOR_OF'],
  ['coach', 'COACH_OF'],
  ['captain', 'CAPTAIN_OF'],
  ['leader', 'LEADER_OF'],
  ['analyst', 'ANALYST_AT'],
  ['economist', 'ECONOMIST_AT'],
  ['engineer', 'ENGINEER_AT'],
  ['scientist|researcher', 'RESEARCHER_AT'],
];
const office = offices.map(([words]) => words).join('|');
/** These say nothing about who pays. */
const unpaid = new Set([
  'FOUNDER_OF',
  'OWNER_OF',
  'MEMBER_OF',
  'MAYOR_OF',
  'GOVERNOR_OF',
  'KING_OF',
  'QUEEN_OF',
  'LEADER_OF',
]);

const apposition = new RegExp(
  '^(?:,| is| was named| was appointed| became| serves as| has become|, who is| \\(|,? as)' +
    '(?: currently| now)?(?: (?:the|an?|its|our))?' +
    ` ?(former |ex-)?(?:(?:new|senior|interim|acting|group|global|deputy|first|current|longtime) )?(${office})` +
    `(?: and (?:${office}))?(?: of| at| for|,)(?: the)? $`,
);
const officeFirst = new RegExp(
  `^(?:'s)?,? (former )?(?:(?:new|interim|acting) )?(${office})(?: and (?:${office}))?,? $`,
);
const officeOf = new RegExp(`(?:^|[^a-z])(former )?(${office}) of (?:the )?$`);

/** The relation of an office as it is written; undefined if the word is no office. */
export function officeRelation(words: string): string | undefined {
  return offices.find(([pattern]) => new RegExp(`^(?:${pattern})s?$`).test(words))?.[1];
}

/** A person holds an office, and works for the organisation unless the office is held for its own sake. */
export function officeStatements(person: FoundEntity, relation: string, body: FoundEntity): Statement[] {
  const held = between(person, relation, body);
  const works = body.type === 'Organization' && !unpaid.has(relation);
  return works ? [held, between(person, 'WORKS_FOR', body)] : [held];
}

/** Who is what where: `X, CEO of Y` · `Y CEO X` · `Y's chief executive, X` · `the CEO of Y, X`. */
export function findRoles(text: string, sentenceStart: number, left: FoundEntity, right: FoundEntity): Statement[] {
  const words = plain(text.slice(left.end, right.start));
  if (isDoubtful(words)) return [];
  if (left.type === 'Person' && isBody(right)) return fromMatch(apposition.exec(words), left, right);
  if (!isBody(left) || right.type !== 'Person') return [];
  if (words === ', ') {
    const before = plain(text.slice(Math.max(sentenceStart, left.start - 60), left.start));
    return fromMatch(officeOf.exec(before), right, left);
  }
  return left.type === 'Organization' ? fromMatch(officeFirst.exec(words), right, left) : [];
}

function fromMatch(match: RegExpExecArray | null, person: FoundEntity, body: FoundEntity): Statement[] {
  const relation = officeRelation(match?.[2] ?? '');
  if (relation === undefined) return [];
  return match?.[1] ? [between(person, `FORMER_${relation}`, body)] : officeStatements(person, relation, body);
}

function isBody(entity: FoundEntity): boolean {
  return entity.type === 'Organization' || entity.type === 'Location';
}
