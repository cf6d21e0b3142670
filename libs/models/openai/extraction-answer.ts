import type { FoundEntity, FoundFact } from '../extraction-model.js';
import { checkedFacts, type KnownEnd, type SaidFact } from './checked-facts.js';
import { entitiesMax, factsMax } from './extraction-prompt.js';
import { occurrencesOf, spanOf, type Span } from './literal-span.js';
import { ReadPassage } from './read-passage.js';

/** An entity of an answer, as far as the passage bears it out. */
interface KnownEntity extends KnownEnd {
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

const nameCharsMax = 200;
const summaryCharsMax = 400;
const aliasesMax = 8;

/**
 * Takes from an answer what the passage bears out: names, aliases and evidence must stand in it literally, types
 * come from the ontology, sentences from the passage, and the evidence of a fact names one of its ends, does not
 * stand in an order to the reader, and speaks for its relation. All else is dropped and counted; but for the
 * relation, no word of the model's own remains.
 * @returns undefined if the answer is not of the shape that was asked for.
 */
export function checkedAnswer(answer: unknown, passage: string, types: readonly string[]): CheckedAnswer | undefined {
  const { entities: saidEntities, facts: saidFacts } = (answer ?? {}) as Record<string, unknown>;
  if (!isListOf(saidEntities, isEntity) || !isListOf(saidFacts, isFact)) return undefined;
  const dropped: Record<string, number> = {};
  const drop = (cause: string, count = 1): void => {
    if (count > 0) dropped[cause] = (dropped[cause] ?? 0) + count;
  };
  const read = new ReadPassage(passage);
  drop('entity-cap', saidEntities.length - entitiesMax);
  drop('fact-cap', saidFacts.length - factsMax);
  const byName = new Map<string, KnownEntity>();
  const entities: FoundEntity[] = [];
  for (const said of saidEntities.slice(0, entitiesMax)) {
    const known = types.includes(said.type) ? knownEntity(said, read) : 'entity-type';
    if (typeof known === 'string') drop(known);
    else {
      entities.push(...known.found);
      drop('alias-evidence', said.aliases.length - (known.names.length - 1));
      for (const name of known.names) if (!byName.has(name)) byName.set(name, known);
    }
  }
  const facts: FoundFact[] = [];
  for (const fact of checkedFacts(saidFacts.slice(0, factsMax), read, byName)) {
    if (typeof fact === 'string') drop(fact);
    else facts.push(fact);
  }
  return { entities, facts, dropped };
}

/** Nothing of it counts unless the name itself stands in the passage; else the cause. */
function knownEntity({ name, type, aliases, summary }: SaidEntity, read: ReadPassage): KnownEntity | string {
  const passage = read.text;
  const stands = (one: string): boolean => one.length <= nameCharsMax && occurrencesOf(one, passage).length > 0;
  if (!stands(name)) return 'entity-evidence';
  const isAlias = (one: string): boolean => stands(one) && !isJoinedByOrder(name, one, read);
  const names = [name, ...aliases.slice(0, aliasesMax).filter(isAlias)];
  const places: Span[] = [];
  for (const one of names) {
    const elsewhere = occurrencesOf(one, passage).filter(
      (span) => !places.some(({ start, end }) => span.start < end && start < span.end),
    );
    places.push(...elsewhere);
  }
  const quoted = quotedSummary(summary, read.plain);
  const found = places.map(({ start, end }, at) => ({ name, type, start, end, ...(at === 0 ? quoted : {}) }));
  return { ref: { name, type }, names, found };
}

/** Whether an order names both, as one that says that they are the same thing does. */
function isJoinedByOrder(name: string, alias: string, read: ReadPassage): boolean {
  const orders = new Set(read.ordersNaming(name));
  return !name.includes(alias) && read.ordersNaming(alias).some((order) => orders.has(order));
}

/** A summary counts only as a quotation, and not of an order: no word of the model's own describes an entity. */
function quotedSummary(summary: string | null, passage: string): { summary?: string } {
  const span = summary === null || summary.trim() === '' ? undefined : spanOf(summary, passage);
  if (span === undefined || span.end - span.start > summaryCharsMax) return {};
  return { summary: passage.slice(span.start, span.end).replaceAll(/\s+/g, ' ').trim() };
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
