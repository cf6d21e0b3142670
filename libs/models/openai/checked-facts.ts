import type { EntityRef, FoundFact } from '../extraction-model.js';
import { causeAgainst, isSaid, type Claim } from './borne-out.js';
import { evidenceSpans } from './fact-evidence.js';
import { momentOf } from './moment.js';
import type { ReadPassage } from './read-passage.js';
import { relationOf } from './relation-words.js';

/** An end of facts, as far as the passage bears it out. */
export interface KnownEnd {
  readonly ref: EntityRef;
  /** Its name, and the aliases that stand in the passage. */
  readonly names: readonly string[];
}

export interface SaidFact {
  readonly source: string;
  readonly relation: string;
  readonly target: string;
  readonly evidence: string;
  readonly valid_from: string | null;
  readonly valid_until: string | null;
}

/** A fact of an answer, with the places that may bear it out, the best first. */
interface LocatedFact {
  readonly said: SaidFact;
  readonly source: EntityRef;
  readonly target: EntityRef;
  readonly claims: readonly Claim[];
}

const relationPattern = /^[A-Z][A-Z0-9_]{0,39}$/;

/** Facts as the passage bears them out, in their order; of what it does not, the cause. */
export function checkedFacts(
  said: readonly SaidFact[],
  passage: ReadPassage,
  byName: ReadonlyMap<string, KnownEnd>,
): (FoundFact | string)[] {
  const located = said.map((fact) => locatedFact(fact, passage, byName));
  let relations: ReadonlySet<string> | undefined;
  const relationsSaid = (): ReadonlySet<string> => {
    const claims = located.flatMap((fact) => (typeof fact === 'string' ? [] : fact.claims.slice(0, 1)));
    return (relations ??= new Set(claims.filter((claim) => isSaid(claim, passage)).map(({ relation }) => relation)));
  };
  return located.map((fact) => (typeof fact === 'string' ? fact : foundFact(fact, passage, relationsSaid)));
}

function locatedFact(
  said: SaidFact,
  passage: ReadPassage,
  byName: ReadonlyMap<string, KnownEnd>,
): LocatedFact | string {
  const [from, to] = [byName.get(said.source), byName.get(said.target)];
  if (from === undefined || to === undefined || from === to) return 'fact-entity';
  const names = [...from.names, ...to.names];
  const spans = evidenceSpans(said.evidence, passage.plain, names);
  if (spans.length === 0) {
    return evidenceSpans(said.evidence, passage.text, names).length > 0 ? 'fact-instruction' : 'fact-evidence';
  }
  if (!relationPattern.test(said.relation)) return 'fact-relation';
  const relation = relationOf(said.relation);
  if (isSpelled(said.relation, passage.revealed) || isSpelled(relation, passage.revealed)) return 'fact-dictated';
  const claims = spans.map((span) => ({ relation, sourceNames: from.names, targetNames: to.names, span }));
  return { said, source: from.ref, target: to.ref, claims };
}

function foundFact(
  { said, source, target, claims }: LocatedFact,
  passage: ReadPassage,
  relationsSaid: () => ReadonlySet<string>,
): FoundFact | string {
  const causes: string[] = [];
  const borne = claims.find((claim) => {
    const cause = causeAgainst(claim, passage, relationsSaid);
    if (cause !== undefined) causes.push(cause);
    return cause === undefined;
  });
  if (borne === undefined) return causes[0] ?? 'fact-evidence';
  const { relation, span } = borne;
  const [validAt, invalidAt] = [momentOf(said.valid_from, passage.plain), momentOf(said.valid_until, passage.plain)];
  return {
    ...{ source, relation, target, ...span },
    sentence: sentenceOf(source.name, relation, target.name, passage.plain.slice(span.start, span.end)),
    ...(validAt === undefined ? {} : { validAt }),
    ...(invalidAt === undefined ? {} : { invalidAt }),
  };
}

/** A relation that the passage writes as relations are written was told to the model, not found by it. */
function isSpelled(relation: string, passage: string): boolean {
  return new RegExp(String.raw`(?<![A-Z0-9_])${relation}(?![A-Z0-9_])`).test(passage);
}

/** The evidence, if it can be read on its own; else with the two names before it. */
function sentenceOf(source: string, relation: string, target: string, evidence: string): string {
  const said = evidence.replaceAll(/\s+/g, ' ').trim();
  if (said.includes(source) && said.includes(target)) return said;
  return `${source} ${relation.toLowerCase().replaceAll('_', ' ')} ${target}: ${said}`;
}
