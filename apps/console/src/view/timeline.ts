import type { TimelineLine } from '../api/types.js';
import { clockText, countOf, countText, spanText, bytesText } from './format.js';

/** One line of a history, as it is shown. */
export interface ShownLine {
  readonly time: string;
  /** Since the line before; empty for the first one. */
  readonly since: string;
  readonly title: string;
  readonly detail: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

const titles: Readonly<Record<string, string>> = {
  DocumentSubmitted: 'Submitted',
  DocumentStaged: 'Staged',
  DocumentParsed: 'Parsed',
  DocumentExtracted: 'Extracted',
  DocumentEmbedded: 'Embedded',
  StoreWritten: 'Written, pending',
  StorePromoted: 'Live',
  CompensationRequested: 'Gave it up',
  StoreCompensated: 'Undid it',
  DocumentRetracted: 'Deletion asked for',
  StoreRetracted: 'Removed it',
  IngestionConcluded: 'Concluded',
};

const storeTitles: Readonly<Record<string, string>> = {
  neo4j: 'Neo4j',
  postgres: 'PostgreSQL',
  qdrant: 'Qdrant',
  redis: 'Redis',
};

/** A store's name as it is written. Pure, like all of this file. */
export function storeTitle(store: string): string {
  return Object.hasOwn(storeTitles, store) ? (storeTitles[store] ?? store) : store;
}

export function shownLines(lines: readonly TimelineLine[]): ShownLine[] {
  return lines.map((line, i) => {
    const before = lines[i - 1];
    const title = Object.hasOwn(titles, line.type) ? (titles[line.type] ?? line.type) : line.type;
    const who = line.store === undefined ? (line.role ?? '') : storeTitle(line.store);
    return {
      time: clockText(line.at),
      since: before === undefined ? '' : `+${spanText(before.at, line.at)}`,
      title: who === '' ? title : `${who}: ${lowerFirst(title)}`,
      detail: detailOf(line),
      tone: toneOf(line.type),
    };
  });
}

/** Counts of pieces in words, without those of which there are none. */
export function piecesText(counts: unknown): string {
  if (typeof counts !== 'object' || counts === null) return '';
  const { chunks, entities, facts } = counts as Readonly<Record<string, unknown>>;
  const texts = [
    typeof chunks === 'number' && chunks > 0 ? countOf(chunks, 'chunk') : '',
    typeof entities === 'number' && entities > 0 ? countOf(entities, 'entity', 'entities') : '',
    typeof facts === 'number' && facts > 0 ? countOf(facts, 'fact') : '',
  ];
  return texts.filter(Boolean).join(', ');
}

function detailOf({ part, detail = {} }: TimelineLine): string {
  const { parts, mediaType, sizeBytes, message, reason, counts, removed, warnings, replaced } = detail;
  const texts = [
    typeof parts === 'number' && parts > 1 && part !== undefined ? `part ${part + 1} of ${parts}` : '',
    typeof mediaType === 'string' ? mediaType : '',
    typeof sizeBytes === 'number' ? bytesText(sizeBytes) : '',
    typeof reason === 'string' ? reason : '',
    typeof message === 'string' ? message : '',
    piecesText(counts),
    removedText(removed),
    replaced !== undefined && replaced !== null && replaced !== false ? 'took the place of the version before' : '',
    Array.isArray(warnings) ? warnings.join('; ') : '',
  ];
  return texts.filter(Boolean).join(' · ');
}

/** What a store took away; one that had written nothing yet had nothing to take away. */
function removedText(removed: unknown): string {
  if (typeof removed === 'number') return `${countText(removed)} removed`;
  if (typeof removed !== 'object' || removed === null) return '';
  const pieces = piecesText(removed);
  return pieces === '' ? 'held nothing of it' : `removed ${pieces}`;
}

function toneOf(type: string): ShownLine['tone'] {
  if (type === 'StorePromoted') return 'good';
  return type === 'CompensationRequested' ? 'bad' : 'plain';
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
