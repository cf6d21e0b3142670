import type { SeenRecord } from '../chaos/read-topics.js';
import type { StoreContents } from '../chaos/store-contents.js';

/** A row of the table of dead letters. */
export interface KeptLetter {
  /** `namespace/documentId`. */
  readonly document: string;
  /** Where the record lay, and who gave it up. */
  readonly place: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const selectKept = `
SELECT namespace || '/' || document_id AS document, key, value, headers,
  topic || '/' || source_partition || '/' || source_offset || ' of ' || stage AS place
FROM penstock.dead_letters WHERE namespace = ANY($1)`;

export function keptLetters(contents: StoreContents, namespaces: readonly string[]): Promise<KeptLetter[]> {
  return contents.sql<KeptLetter>(selectKept, [namespaces]);
}

/** I12: each letter on the topic, however often it stands there, is kept once and whole, and nothing else is. Pure. */
export function keptProblems(sent: readonly SeenRecord[], kept: readonly KeptLetter[]): string[] {
  const rows = Map.groupBy(kept, ({ place }) => place);
  const letters = new Map(sent.map((letter) => [placeOf(letter), letter]));
  return [
    ...[...letters].flatMap(([place, letter]) => {
      const [first, ...others] = rows.get(place) ?? [];
      if (first === undefined) return [`I12 ${place} is a dead letter, and is not kept`];
      if (others.length > 0) return [`I12 ${place} is kept ${others.length + 1} times`];
      return isWhole(letter, first) ? [] : [`I12 ${place} is kept otherwise than it was sent`];
    }),
    ...[...rows.keys()].filter((place) => !letters.has(place)).map((place) => `I12 ${place} is kept, and no letter`),
  ];
}

const ownPrefix = 'deadletter.';

/** What was refused before it lay in a partition is said to be where its letter lies. */
function placeOf({ headers, partition }: SeenRecord): string {
  const of = (name: string): string | undefined => headers[`${ownPrefix}${name}`];
  return `${of('topic')}/${of('partition') ?? partition}/${of('offset')} of ${of('stage')}`;
}

function isWhole({ key, value, headers }: SeenRecord, kept: KeptLetter): boolean {
  const own = Object.entries(headers).filter(([name]) => !name.startsWith(ownPrefix));
  const found = new Map(kept.headers.map(([name, text]) => [name, Buffer.from(text, 'base64').toString()]));
  const isSame = value === null ? kept.value === null : kept.value?.equals(value) === true;
  return (
    isSame &&
    kept.key?.toString() === key &&
    found.size === own.length &&
    own.every(([name, text]) => found.get(name) === text)
  );
}
