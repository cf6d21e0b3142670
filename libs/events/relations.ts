/** Relations of which a thing has one at a time: a second target from a later moment ends the first. */
export const oneTargetRelations: readonly string[] = ['WORKS_FOR', 'LIVES_IN', 'BASED_IN', 'CAPITAL_OF'];

/**
 * Relations that one thing at a time has to a target: a second source from a later moment ends the first. No relation
 * stands in both lists: rivals then all hang on one entity, whose lock is enough to change them.
 */
export const oneSourceRelations: readonly string[] = [
  'CEO_OF',
  'CFO_OF',
  'CTO_OF',
  'COO_OF',
  'CHAIR_OF',
  'MANAGING_DIRECTOR_OF',
  'PRESIDENT_OF',
  'PRIME_MINISTER_OF',
  'GOVERNOR_OF',
  'MAYOR_OF',
  'KING_OF',
  'QUEEN_OF',
];
