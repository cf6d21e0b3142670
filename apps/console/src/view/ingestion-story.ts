import type { Ingestion, TimelineLine } from '../api/types.js';
import { spanText } from './format.js';
import { piecesText, storeTitle } from './timeline.js';

/** One step on a document's way. */
export interface Step {
  readonly title: string;
  readonly state: 'done' | 'now' | 'open' | 'broken';
  /** How long it took, or how far it is. */
  readonly note: string;
}

/** What one store has to do with an ingestion. */
export interface StoreStory {
  readonly store: string;
  readonly title: string;
  readonly state: string;
  /** What it holds, or what it took away. */
  readonly note: string;
  /** Whether its writer is the one that gave the ingestion up. */
  readonly isCause: boolean;
}

interface KnownStep {
  readonly title: string;
  /** Of the event that ends it. */
  readonly type: string;
  /** What counts the parts that are through with it, if it goes part by part. */
  readonly parts?: keyof Ingestion['partsDone'];
}

const steps: readonly KnownStep[] = [
  { title: 'Submitted', type: 'DocumentSubmitted' },
  { title: 'Staged', type: 'DocumentStaged' },
  { title: 'Parsed', type: 'DocumentParsed', parts: 'parsed' },
  { title: 'Extracted', type: 'DocumentExtracted', parts: 'extracted' },
  { title: 'Embedded', type: 'DocumentEmbedded', parts: 'embedded' },
  { title: 'In four stores', type: 'StorePromoted' },
];

/** As they are named everywhere; what the database gives has an order of its own. */
const storeOrder = ['neo4j', 'postgres', 'qdrant', 'redis'] as const;

/** The way of an ingestion from its submission to the four stores. Pure, like all of this file. */
export function stepsOf(ingestion: Ingestion): Step[] {
  const { timeline, error, status } = ingestion;
  const ends = steps.map((step) => isDone(ingestion, step));
  const current = status === 'live' ? -1 : ends.findIndex((done) => !done);
  const isStopped = error !== null || status === 'superseded' || status === 'retracted' || status === 'unchanged';
  return steps.map((step, i) => {
    const { title, type } = step;
    if (ends[i]) return { title, state: 'done', note: spentOn(timeline, steps[i - 1]?.type, type) };
    if (i === current && error !== null) return { title, state: 'broken', note: `${error.role} gave it up` };
    if (i === current && !isStopped) return { title, state: 'now', note: partsNote(ingestion, step) };
    return { title, state: 'open', note: '' };
  });
}

export function storesOf({ stores, timeline, error }: Ingestion): StoreStory[] {
  return storeOrder.map((store) => {
    const state = stores[store];
    const of = (type: string): TimelineLine | undefined =>
      timeline.find((line) => line.type === type && line.store === store);
    const undone = of('StoreCompensated')?.detail?.['removed'];
    const isCause = error?.role === `writer-${store}`;
    const pieces = piecesText(undone ?? of('StoreWritten')?.detail?.['counts']);
    return { store, title: storeTitle(store), state, isCause, note: noteOf(state, pieces, undone !== undefined) };
  });
}

/** From submission to the end, or null while there is none. */
export function tookText({ submittedAt, concludedAt }: Pick<Ingestion, 'submittedAt' | 'concludedAt'>): string | null {
  if (submittedAt === null || concludedAt === null) return null;
  return spanText(submittedAt, concludedAt);
}

function noteOf(state: string, pieces: string, isUndone: boolean): string {
  if (isUndone) return pieces === '' ? 'held nothing of it' : `removed ${pieces}`;
  switch (state) {
    case 'pending':
      return 'has not written it yet';
    case 'written':
      return pieces === '' ? 'written, nobody sees it yet' : `${pieces}, nobody sees them yet`;
    default:
      return pieces;
  }
}

function isDone({ timeline, status, counts, partsDone }: Ingestion, { type, parts }: KnownStep): boolean {
  if (parts !== undefined) return counts.parts > 0 && partsDone[parts] >= counts.parts;
  if (type === 'StorePromoted') return status === 'live';
  return timeline.some((line) => line.type === type);
}

function partsNote({ counts, partsDone }: Ingestion, { parts }: KnownStep): string {
  return parts === undefined || counts.parts < 2 ? 'under way' : `${partsDone[parts]} of ${counts.parts} parts`;
}

function spentOn(timeline: readonly TimelineLine[], from: string | undefined, to: string): string {
  const last = (type: string): TimelineLine | undefined => timeline.findLast((line) => line.type === type);
  const [start, end] = [from === undefined ? undefined : last(from), last(to)];
  return start === undefined || end === undefined ? '' : spanText(start.at, end.at);
}
