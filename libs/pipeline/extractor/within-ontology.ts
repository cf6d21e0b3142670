import type { Extraction } from '#models';

/** Answers without what is of other types. */
export interface WithinOntology {
  readonly found: Extraction[];
  /** How many entities were left out. */
  readonly dropped: number;
}

/** Answers of a model without what is of other types. Facts that lose an end are dropped, too. */
export function withinOntology(answers: readonly Extraction[], types: readonly string[]): WithinOntology {
  const found = answers.map((one) => ({ ...one, entities: one.entities.filter(({ type }) => types.includes(type)) }));
  return { found, dropped: entitiesIn(answers) - entitiesIn(found) };
}

/** How many entities answers name, each as often as it is named. */
export function entitiesIn(answers: readonly Extraction[]): number {
  return answers.reduce((sum, { entities }) => sum + entities.length, 0);
}
