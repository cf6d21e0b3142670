import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { EntityType } from '#models';

/** A name that annotators marked: `text.slice(start, end)`. */
export interface GoldName {
  readonly type: EntityType;
  readonly start: number;
  readonly end: number;
}

export interface AnnotatedText {
  readonly id: string;
  readonly text: string;
  readonly names: readonly GoldName[];
}

interface Line {
  readonly id: string;
  readonly text: string;
  readonly entities: readonly { readonly type: string; readonly start: number; readonly end: number }[];
}

const types: Readonly<Record<string, EntityType>> = { PERSON: 'Person', ORG: 'Organization', LOCATION: 'Location' };
const trainingPercent = 60;

/** The annotated texts: those of the folder, or of another file in the same form. */
export function readCorpus(file: string | URL = new URL('./data/news.jsonl', import.meta.url)): AnnotatedText[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const { id, text, entities } = JSON.parse(line) as Line;
    const names = entities.flatMap(({ type, start, end }) => {
      const known = types[type];
      return known ? [{ type: known, start, end }] : [];
    });
    return { id, text, names };
  });
}

/** A number from 0 to 2³²-1 that depends on the text alone, so that parts stay the same whatever is added. */
export function textNumber(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}

/** Texts to learn and tune on; all others are kept apart and only ever measured. */
export function isForTraining({ text }: AnnotatedText): boolean {
  return textNumber(text) % 100 < trainingPercent;
}
