import type { EntityRef, FoundEntity, FoundFact } from '../extraction-model.js';
import { entitiesMax, factsMax } from './extraction-prompt.js';
import { evidenceSpan } from './fact-evidence.js';
import { occurrencesOf, spanOf, type Span } from './literal-span.js';
import { momentOf } from './moment.js';
import { relationOf } from './relation-words.js';

/** An entity of an answer, as far as the passage bears it out. */
interface KnownEntity {
  readonly ref: EntityRef;
  /** Its name, and the aliases that stand in the passage. */
  readonly names: readonly string[];
  /** Every place where one of them stands. */
  readonly found: readonly FoundEntity[];
}

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
 * from the ontology, sentences from the passage, and the evidence of a fact names one of its ends. All else is dropped
 * and counted; but for the relation, no word of the model's own remains.
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
  const byName = new Map<string, KnownEntity>();
  const entities: FoundEntity[] = [];
  for (const said of saidEntities.slice(0, entitiesMax)) {
    const known = types.includes(said.type) ? knownEntity(said, passage) : 'entity-type';
    if (typeof known === 'string') drop(known);
    else {
      entities.push(...known.found);
      drop('alias-evidence', said.aliases.length - (known.names.length - 1));
      for (const name of known.names) if (!byName.has(name)) byName.set(name, known);
    }
  }
  const facts: FoundFact[] = [];
  for (const said of saidFacts.slice(0, factsMax)) {
    const fact = foundFact(said, passage, byName);
    if (typeof fact === 'string') drop(fact);
    else facts.push(fact);
  }
  return { entities, facts, dropped };
}

/** Nothing of it counts unless the name itself stands in the passage; else the cause. */
function knownEntity({ name, type, aliases, summary }: SaidEntity, passage: string): KnownEntity | string {
  const stands = (one: string): boolean => one.length <= nameCharsMax && occurrencesOf(one, passage).length > 0;
  if (!stands(name)) return 'entity-evidence';
  const names = [name, ...aliases.slice(0, aliasesMax).filter(stands)];
  const places: Span[] = [];
  for (const one of names) {
    const elsewhere = occurrencesOf(one, passage).filter(
      (span) => !places.some(({ start, end }) => span.start < end && start < span.end),
    );
    places.push(...elsewhere);
  }
  const quoted = quotedSummary(summary, passage);
  const found = places.map(({ start, end }, at) => ({ name, type, start, end, ...(at === 0 ? quoted : {}) }));
  return { ref: { name, type }, names, found };
}

/** A summary counts only as a quotation: no word of the model's own describes an entity. */
function quotedSummary(summary: string | null, passage: string): { summary?: string } {
  const span = summary === null || summary.trim() === '' ? undefined : spanOf(summary, passage);
  if (span === undefined || span.end - span.start > summaryCharsMax) return {};
  return { summary: passage.slice(span.start, span.end).replaceAll(/\s+/g, ' ').trim() };
}

function foundFact(said: SaidFact, passage: string, byName: ReadonlyMap<string, KnownEntity>): FoundFact | string {
  const [from, to] = [byName.get(said.source), byName.get(said.target)];
  if (from === undefined || to === undefined || from === to) return 'fact-entity';
  const span = evidenceSpan(said.evidence, passage, [...from.names, ...to.names]);
  if (span === undefined) return 'fact-evidence';
  if (!relationPattern.test(said.relation)) return 'fact-relation';
  const relation = relationOf(said.relation);
  if (isDictated(said.relation, passage) || isDictated(relation, passage)) return 'fact-dictated';
  const [validAt, invalidAt] = [momentOf(said.valid_from, passage), momentOf(said.valid_until, passage)];
  const [source, target] = [from.ref, to.ref];
  return {
    ...{ source, relation, target, ...span },
    sentence: sentenceOf(source.name, relation, target.name, passage.slice(span.start, span.end)),
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
