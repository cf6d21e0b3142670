import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { capitalised, drawWord, randomFrom, wordOf } from '../words/words.js';

/** The type of the records: its fields stand for entities and facts, so no model is asked. */
export const recordTypeName = 'report';

const relation = (source: string, name: string, target: string) => ({
  ...{ source, relation: name, target },
  fact: `{source} ${name.toLowerCase().replaceAll('_', ' ')} {target}`,
});

const recordType = {
  entities: [
    { field: 'company.name', type: 'Organization' },
    { field: 'owner.name', type: 'Organization' },
    { field: 'people[].name', type: 'Person' },
    { field: 'sites[].name', type: 'Location' },
    { field: 'products[].name', type: 'Product' },
  ],
  relations: [
    relation('people[].name', 'WORKS_FOR', 'company.name'),
    relation('company.name', 'LOCATED_IN', 'sites[].name'),
    relation('owner.name', 'LOCATED_IN', 'sites[].name'),
    relation('company.name', 'MAKES', 'products[].name'),
    relation('owner.name', 'OWNS', 'company.name'),
  ],
};

/** Writes the type where `PENSTOCK_RECORD_TYPES` will find it. */
export function writeRecordType(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${recordTypeName}.json`), JSON.stringify(recordType));
}

/** So many different ones there are of each kind: most are named by a few documents, as in an archive that grows. */
const pools = { company: 1_500, person: 12_000, site: 400, product: 4_000 } as const;
const paragraphs = 4;
/** So that the fields and the paragraphs make four passages. */
export const chunkTokens = 440;
const paragraphChars = 640;

function nameOf(kind: keyof typeof pools, random: () => number): string {
  const index = Math.floor(random() * pools[kind]);
  const first = { company: 31, person: 53, site: 71, product: 97 }[kind];
  const name = `${capitalised(wordOf(first + index * 7))} ${capitalised(wordOf(9_000 + first + index))}`;
  return kind === 'company' ? `${name} Inc.` : name;
}

function paragraph(random: () => number): string {
  let text = capitalised(drawWord(random));
  while (text.length < paragraphChars) text += ` ${drawWord(random)}`;
  return `${text}.`;
}

/** One record: about 3 KB, four passages, eleven entities and twelve facts. The same number gives the same record. */
export function recordOf(number: number): Record<string, unknown> {
  const random = randomFrom(number + 1);
  const named = (kind: keyof typeof pools, count: number): { name: string }[] => {
    const names = new Set<string>();
    while (names.size < count) names.add(nameOf(kind, random));
    return [...names].map((name) => ({ name }));
  };
  const [company, owner] = named('company', 2);
  const lists = { people: named('person', 4), sites: named('site', 2), products: named('product', 3) };
  return { company, owner, ...lists, notes: Array.from({ length: paragraphs }, () => paragraph(random)) };
}

export function documentIdOf(number: number): string {
  return `record-${number}`;
}
