import { belongTogether, leadsTo, type FieldPath, type ValuePath } from './field-path.js';

/** What fields of a record stand for. */
export interface RecordMapping {
  readonly entities: readonly { readonly field: FieldPath; readonly type: string }[];
  /** `fact` is the sentence, with `{source}` and `{target}` in it. */
  readonly relations: readonly {
    readonly source: FieldPath;
    readonly relation: string;
    readonly target: FieldPath;
    readonly fact: string;
  }[];
}

/** A value of a record and where it stands in the record's text, in UTF-16 units. */
export interface RecordValue {
  readonly path: ValuePath;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface MappedEntity {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Ends are places in the list of entities. */
export interface MappedFact {
  readonly source: number;
  readonly relation: string;
  readonly target: number;
  readonly fact: string;
}

export interface MappedRecord {
  readonly entities: readonly MappedEntity[];
  readonly facts: readonly MappedFact[];
}

/** Longer values are texts, not names. */
const nameCharsMax = 256;
/** More pairs than this are no relation between fields but a product of lists. */
const factsMax = 1_000;

/** Entities and facts of a record by what its fields stand for; the words of each stand in the record's text. */
export function mapRecord(values: readonly RecordValue[], mapping: RecordMapping): MappedRecord {
  const found: { readonly value: RecordValue; readonly field: FieldPath; readonly type: string }[] = [];
  for (const value of values) {
    if (value.text.length > nameCharsMax || value.text.trim() === '' || value.text.includes('\n')) continue;
    const entity = mapping.entities.find(({ field }) => leadsTo(field, value.path));
    if (entity !== undefined) found.push({ value, ...entity });
  }
  const facts: MappedFact[] = [];
  for (const { source, relation, target, fact } of mapping.relations) {
    const ends = (end: FieldPath): number[] => [...found.keys()].filter((at) => isAt(found[at]?.value, end));
    for (const from of ends(source)) {
      for (const to of ends(target)) {
        const [a, b] = [found[from], found[to]];
        if (a === undefined || b === undefined || from === to || facts.length >= factsMax) continue;
        if (!belongTogether([source, a.value.path], [target, b.value.path])) continue;
        facts.push({ source: from, relation, target: to, fact: sentence(fact, a.value.text, b.value.text) });
      }
    }
  }
  return { entities: found.map(({ value: { start, end }, type }) => ({ type, start, end })), facts };
}

function isAt(value: RecordValue | undefined, field: FieldPath): boolean {
  return value !== undefined && leadsTo(field, value.path);
}

function sentence(template: string, source: string, target: string): string {
  return template.replace(/\{(source|target)\}/gu, (_all, end) => (end === 'source' ? source : target));
}
