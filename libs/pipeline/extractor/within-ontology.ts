import type { Extraction } from '#models';

/** Answers of a model without what is of other types. Facts that lose an end are dropped, too. */
export function withinOntology(answers: readonly Extraction[], types: readonly string[]): Extraction[] {
  return answers.map((one) => ({ ...one, entities: one.entities.filter(({ type }) => types.includes(type)) }));
}
