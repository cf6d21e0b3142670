import { oneSourceRelations, oneTargetRelations } from '#events';

/** Relations that a later fact can end, so that it matters under which word they are kept. */
const ending: ReadonlySet<string> = new Set([...oneTargetRelations, ...oneSourceRelations]);

/**
 * What chat models call some of them. A word stands here only if it says the same whoever it is said of: who LEADS
 * something need not be its CEO, and who WAS_CEO_OF it is so no more.
 */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['WORKS_AT', 'WORKS_FOR'],
  ['EMPLOYED_BY', 'WORKS_FOR'],
  ['EMPLOYED_AT', 'WORKS_FOR'],
  ['EMPLOYEE_OF', 'WORKS_FOR'],
  ['RESIDES_IN', 'LIVES_IN'],
  ['RESIDENT_OF', 'LIVES_IN'],
  ['HEADQUARTERED_IN', 'BASED_IN'],
  ['HAS_HEADQUARTERS_IN', 'BASED_IN'],
  ['CAPITAL_CITY_OF', 'CAPITAL_OF'],
  ['CHIEF_EXECUTIVE_OF', 'CEO_OF'],
  ['CHIEF_EXECUTIVE_OFFICER_OF', 'CEO_OF'],
  ['CHIEF_FINANCIAL_OFFICER_OF', 'CFO_OF'],
  ['CHIEF_TECHNOLOGY_OFFICER_OF', 'CTO_OF'],
  ['CHIEF_OPERATING_OFFICER_OF', 'COO_OF'],
  ['CHAIRMAN_OF', 'CHAIR_OF'],
  ['CHAIRWOMAN_OF', 'CHAIR_OF'],
  ['CHAIRPERSON_OF', 'CHAIR_OF'],
]);

/** What may stand before such a word: IS_CEO_OF, SERVES_AS_THE_CHAIRMAN_OF, BECAME_MAYOR_OF. */
const opening = /^(?:IS|SERVES_AS|BECAME)_(?:THE_)?/;

/** All of the above, from which the version of answers follows. */
export const relationWords = { opening: opening.source, synonyms: [...synonyms] };

/** The word of the list that says the same, else the word as it is. Offices are held `_AT` a place or `_OF` it. */
export function relationOf(said: string): string {
  const bare = said.replace(opening, '');
  const forms = [bare, bare.replace(/_AT$/, '_OF')].map((form) => synonyms.get(form) ?? form);
  return forms.find((form) => ending.has(form)) ?? said;
}
