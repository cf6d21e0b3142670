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

const stepRoles = [
  ['Submitted', 'api', 'DocumentSubmitted'],
  ['Staged', 'stager', 'DocumentStaged'],
  ['Parsed', 'parser', 'DocumentParsed'],
  ['Extracted', 'extractor', 'DocumentExtracted'],
  ['Embedded', 'embedder', 'DocumentEmbedded'],
  ['In four stores', 'writers', 'StorePromoted'],
] as const;

/** As they are named everywhere; what the database gives has an order of its own. */
const storeOrder = ['neo4j', 'postgres', 'qdrant', 'redis'] as const;

const partSteps: Readonly<Record<string, 'parsed' | 'extracted' | 'embedded'>> = {
  DocumentParsed: 'parsed',
  DocumentExtracted: 'extracted',
  DocumentEmbedded: 'embedded',
};

/** The way of an ingestion from its submission to the four stores. Pure, like all of this file. */
export function stepsOf(ingestion: Ingestion): Step[] {
  const { timeline, error, status } = ingestion;
  const ends = stepRoles.map(([, , type]) => isDone(ingestion, type));
  const current = status === 'live' ? -1 : ends.findIndex((done) => !done);
  const isStopped = error !== null || status === 'superseded' || status === 'retracted' || status === 'unchanged';
  return stepRoles.map(([title, , type], i) => {
    const [, , previous] = stepRoles[i - 1] ?? [];
    if (ends[i]) return { title, state: 'done', note: spentOn(timeline, previous, type) };
    if (i === current && error !== null) return { title, state: 'broken', note: `${error.role} gave it up` };
    if (i === current && !isStopped) return { title, state: 'now', note: partsNote(ingestion, type) };
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

function isDone({ timeline, status, counts, partsDone }: Ingestion, type: string): boolean {
  const step = Object.hasOwn(partSteps, type) ? partSteps[type] : undefined;
  if (step !== undefined) return counts.parts > 0 && partsDone[step] >= counts.parts;
  if (type === 'StorePromoted') return status === 'live';
  return timeline.some((line) => line.type === type);
}

function partsNote({ counts, partsDone }: Ingestion, type: string): string {
  const step = Object.hasOwn(partSteps, type) ? partSteps[type] : undefined;
  return step === undefined || counts.parts < 2 ? 'under way' : `${partsDone[step]} of ${counts.parts} parts`;
}

function spentOn(timeline: readonly TimelineLine[], from: string | undefined, to: string): string {
  const last = (type: string): TimelineLine | undefined => timeline.findLast((line) => line.type === type);
  const [start, end] = [from === undefined ? undefined : last(from), last(to)];
  return start === undefined || end === undefined ? '' : spanText(start.at, end.at);
}
