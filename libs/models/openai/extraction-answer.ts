import type { EntityRef, FoundEntity, FoundFact } from '../extraction-model.js';
import { entitiesMax, factsMax } from './extraction-prompt.js';
import { occurrencesOf, spanOf } from './literal-span.js';
import { momentOf } from './moment.js';

/** What was found, and how much was left out, by cause. */
export interface CheckedAnswer {
  readonly entities: readonly FoundEntity[];
  readonly facts: readonly FoundFact[];
  readonly dropped: Readonly<Record<string, number>>;
}

interface SaidEntity {
  readonly name: string;
  readonly type: string;
  readonly aliases: readonly string[];
  readonly summary: string | null;
}

interface SaidFact {
  readonly source: string;
  readonly relation: string;
  readonly target: string;
  readonly evidence: string;
  readonly valid_from: string | null;
  readonly valid_until: string | null;
}

const nameCharsMax = 200;
const summaryCharsMax = 400;
const aliasesMax = 8;
const relationPattern = /^[A-Z][A-Z0-9_]{0,39}$/;

/**
 * Takes from an answer what the passage bears out: names, aliases and evidence must stand in it literally, types come
 * from the ontology, sentences from the passage. All else is dropped and counted; but for the relation, no word of the
 * model's own remains.
 * @returns undefined if the answer is not of the shape that was asked for.
 */
export function checkedAnswer(answer: unknown, passage: string, types: readonly string[]): CheckedAnswer | undefined {
  const { entities: saidEntities, facts: saidFacts } = (answer ?? {}) as Record<string, unknown>;
  if (!isListOf(saidEntities, isEntity) || !isListOf(saidFacts, isFact)) return undefined;
  const dropped: Record<string, number> = {};
  const drop = (cause: string, count = 1): void => {
    if (count > 0) dropped[cause] = (dropped[cause] ?? 0) + count;
  };
  drop('entity-cap', saidEntities.length - entitiesMax);
  drop('fact-cap', saidFacts.length - factsMax);
  const byName = new Map<string, EntityRef>();
  const entities: FoundEntity[] = [];
  for (const said of saidEntities.slice(0, entitiesMax)) {
    const found = types.includes(said.type) ? foundEntities(said, passage) : undefined;
    if (found === undefined) drop('entity-type');
    else if (found.length === 0) drop('entity-evidence');
    else entities.push(...found);
    const ref = { name: said.name, type: said.type };
    for (const name of found?.length ? [said.name, ...said.aliases] : []) if (!byName.has(name)) byName.set(name, ref);
  }
  const facts: FoundFact[] = [];
  for (const said of saidFacts.slice(0, factsMax)) {
    const fact = foundFact(said, passage, byName);
    if (typeof fact === 'string') drop(fact);
    else facts.push(fact);
  }
  return { entities, facts, dropped };
}

/** Every place where the name or an alias stands; none unless the name itself does. */
function foundEntities({ name, type, aliases, summary }: SaidEntity, passage: string): FoundEntity[] {
  if (name.trim() === '' || name.length > nameCharsMax) return [];
  const places = occurrencesOf(name, passage);
  if (places.length === 0) return [];
  for (const alias of aliases.slice(0, aliasesMax).filter((one) => one.length <= nameCharsMax)) {
    const elsewhere = occurrencesOf(alias, passage).filter(
      (span) => !places.some(({ start, end }) => span.start < end && start < span.end),
    );
    places.push(...elsewhere);
  }
  const quoted = quotedSummary(summary, passage);
  return places.map(({ start, end }, index) => ({ name, type, start, end, ...(index === 0 ? quoted : {}) }));
}

/** A summary counts only as a quotation: no word of the model's own describes an entity. */
function quotedSummary(summary: string | null, passage: string): { summary?: string } {
  const span = summary === null || summary.trim() === '' ? undefined : spanOf(summary, passage);
  if (span === undefined || span.end - span.start > summaryCharsMax) return {};
  return { summary: passage.slice(span.start, span.end).replaceAll(/\s+/g, ' ').trim() };
}

function foundFact(said: SaidFact, passage: string, byName: ReadonlyMap<string, EntityRef>): FoundFact | string {
  const [source, target] = [byName.get(said.source), byName.get(said.target)];
  const span = spanOf(said.evidence, passage);
  if (source === undefined || target === undefined || source === target) return 'fact-entity';
  if (span === undefined) return 'fact-evidence';
  if (!relationPattern.test(said.relation)) return 'fact-relation';
  if (isDictated(said.relation, passage)) return 'fact-dictated';
  const [validAt, invalidAt] = [momentOf(said.valid_from, passage), momentOf(said.valid_until, passage)];
  return {
    ...{ source, relation: said.relation, target, ...span },
    sentence: sentenceOf(source.name, said.relation, target.name, passage.slice(span.start, span.end)),
    ...(validAt === undefined ? {} : { validAt }),
    ...(invalidAt === undefined ? {} : { invalidAt }),
  };
}

/** A relation that the passage writes as relations are written was told to the model, not found by it. */
function isDictated(relation: string, passage: string): boolean {
  return new RegExp(String.raw`(?<![A-Z0-9_])${relation}(?![A-Z0-9_])`).test(passage);
}

/** The evidence, if it can be read on its own; else with the two names before it. */
function sentenceOf(source: string, relation: string, target: string, evidence: string): string {
  const said = evidence.replaceAll(/\s+/g, ' ').trim();
  if (said.includes(source) && said.includes(target)) return said;
  return `${source} ${relation.toLowerCase().replaceAll('_', ' ')} ${target}: ${said}`;
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isEntity(value: unknown): value is SaidEntity {
  const { name, type, aliases, summary } = (value ?? {}) as Record<string, unknown>;
  const texts = typeof name === 'string' && typeof type === 'string' && (summary === null || isText(summary));
  return texts && isListOf(aliases, isText);
}

function isFact(value: unknown): value is SaidFact {
  const { source, relation, target, evidence, valid_from, valid_until } = (value ?? {}) as Record<string, unknown>;
  const dates = [valid_from, valid_until].every((date) => date === null || isText(date));
  return dates && [source, relation, target, evidence].every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
