import { documentKey, type DocumentRetracted } from '#events';
import type { ReceivedEvent } from '#kafka';
import type { IngestionRef, IngestionState } from '#stores/port';

import { next, untouched, type Progress } from './decision.js';
import { manifestOf, type PartManifest } from './manifest.js';
import { refOf, signalOf } from './saga-event.js';
import { isUnconfirmed, isVain, waitsUntil } from './withheld.js';

/** One undecided ingestion. */
export interface SagaEntry {
  readonly ref: IngestionRef;
  /** Offset of the first record of this ingestion: what a restart must read again. */
  readonly firstOffset: bigint;
  /** Number of parts the ingestion has. */
  readonly parts: number;
  /** Parts this store holds pending. */
  readonly written: ReadonlyMap<number, PartManifest>;
  readonly progress: Progress;
  /**
   * Set while nothing is known of it but a request to compensate what the store holds pending. Its parts, and a
   * decision that came before the request, may be trimmed off the log: the request counts if a part follows before this
   * offset.
   */
  readonly withheldUntil?: bigint;
}

/** The undecided ingestions of one partition by ingestionId. Decided ones leave it: their store remembers them. */
export type SagaState = ReadonlyMap<string, SagaEntry>;

/** What the decisions ask the store to do, in log order. */
export type SagaAction =
  | { readonly kind: 'promote'; readonly ref: IngestionRef }
  | { readonly kind: 'compensate'; readonly ref: IngestionRef }
  | { readonly kind: 'retract'; readonly retraction: DocumentRetracted; readonly undecided: readonly IngestionRef[] }
  /** The store had done with this ingestion before; only its outcome is said again. */
  | { readonly kind: 'restate'; readonly ref: IngestionRef; readonly state: IngestionState };

export interface FoldInput {
  readonly events: readonly ReceivedEvent[];
  /** Ingestions that the store says are settled, from its fence or its memory. */
  readonly settled: ReadonlyMap<string, IngestionState>;
  /** Ingestions that the store holds pending though this fold has no part of them. */
  readonly pending: ReadonlySet<string>;
  /** Parts that this store could not be made to take. They count as seen, but not as written. */
  readonly refused: ReadonlySet<string>;
  /** Offset up to which the log is read with these events. */
  readonly readTo: bigint;
  /** Offset after the last record of the log, as it was when the store had said what it holds pending. */
  readonly logEnd: bigint;
}

export interface FoldResult {
  readonly state: SagaState;
  readonly actions: readonly SagaAction[];
}

/** What one batch decides, while it is folded. */
interface Draft {
  readonly state: Map<string, SagaEntry>;
  readonly actions: SagaAction[];
  /** Decided or settled in this batch: what the log says of them later in it is too late. */
  readonly closed: Set<string>;
  /** Retractions of this batch by document key: later events of the versions they cover are too late, too. */
  readonly retracted: Map<string, number>;
}

/**
 * Folds a batch of the log. Pure: the same state and input give the same result, and the state given stays as
 * it is.
 */
export function fold(before: SagaState, input: FoldInput): FoldResult {
  const draft: Draft = { state: new Map(before), actions: [], closed: new Set(), retracted: new Map() };
  for (const event of input.events) {
    // A retraction is of a document, whatever became of the ingestion whose id it carries, and in whichever batch.
    if (event.type === 'DocumentRetracted') {
      retract(draft, event.payload);
      continue;
    }
    const ref = refOf(event);
    if (ref === undefined || draft.closed.has(ref.ingestionId) || isForeign(draft.state, ref)) continue;
    const settled = input.settled.get(ref.ingestionId) ?? retractedNow(draft, ref);
    const action: SagaAction | undefined =
      settled === undefined ? step(draft.state, event, ref, input) : again(ref, settled);
    if (action === undefined) continue;
    draft.actions.push(action);
    draft.closed.add(ref.ingestionId);
    draft.state.delete(ref.ingestionId);
  }
  // What the store holds of those is for the ledger and an audit to settle.
  for (const [ingestionId, entry] of draft.state) if (isVain(entry, input.readTo)) draft.state.delete(ingestionId);
  return { state: draft.state, actions: draft.actions };
}

/**
 * A store may have died in the middle of a promotion or of an undoing that its marker already shows: both are carried
 * out again, which changes nothing where they were done. Every other state is marked last, or its retraction is read
 * again.
 */
function again(ref: IngestionRef, state: IngestionState): SagaAction {
  if (state === 'live') return { kind: 'promote', ref };
  if (state === 'compensated') return { kind: 'compensate', ref };
  return { kind: 'restate', ref, state };
}

/** An ingestion belongs to the document that came first; what names it for another one says nothing of it. */
function isForeign(state: SagaState, ref: IngestionRef): boolean {
  const owner = state.get(ref.ingestionId)?.ref;
  return owner !== undefined && documentKey(owner) !== documentKey(ref);
}

function retractedNow({ retracted }: Draft, ref: IngestionRef): IngestionState | undefined {
  return ref.version <= (retracted.get(documentKey(ref)) ?? 0) ? 'retracted' : undefined;
}

/** First offset that a restart would have to read again: that of the oldest undecided ingestion. */
export function lowWater(state: SagaState): bigint | undefined {
  let low: bigint | undefined;
  for (const { firstOffset } of state.values()) {
    if (low === undefined || firstOffset < low) low = firstOffset;
  }
  return low;
}

function step(
  state: Map<string, SagaEntry>,
  event: ReceivedEvent,
  ref: IngestionRef,
  input: FoldInput,
): SagaAction | undefined {
  const known = state.get(ref.ingestionId);
  const entry = isVain(known, event.offset) ? undefined : known;
  const signal = signalOf(event);
  if (signal === undefined) return undefined;
  // A receipt always follows its parts; without them this ingestion was settled before, and its traces are collected.
  if (entry === undefined && signal.kind === 'receipt') return undefined;
  if (entry === undefined && input.pending.has(ref.ingestionId) && isUnconfirmed(event)) {
    const withheldUntil = waitsUntil(event.offset, input.logEnd);
    state.set(ref.ingestionId, { ...blank(event, ref), progress: untouched, withheldUntil });
    return undefined;
  }
  if (entry?.withheldUntil !== undefined) {
    const counts = signal.kind === 'part' || (signal.kind === 'compensation' && !isUnconfirmed(event));
    return counts ? { kind: 'compensate', ref } : undefined;
  }
  const progress = next(entry?.progress ?? untouched, signal);
  if (progress.decision === 'open') {
    state.set(ref.ingestionId, { ...opened(entry, event, ref, input.refused), progress });
    return undefined;
  }
  return { kind: progress.decision === 'live' ? 'promote' : 'compensate', ref };
}

function blank({ offset }: ReceivedEvent, ref: IngestionRef): Omit<SagaEntry, 'progress'> {
  return { ref, firstOffset: offset, parts: 0, written: new Map() };
}

function opened(
  entry: SagaEntry | undefined,
  event: ReceivedEvent,
  ref: IngestionRef,
  refused: ReadonlySet<string>,
): Omit<SagaEntry, 'progress'> {
  const current = entry ?? blank(event, ref);
  if (event.type !== 'DocumentEmbedded') return current;
  const { part, parts } = event.payload;
  if (refused.has(ref.ingestionId) || current.written.has(part)) return { ...current, parts };
  return { ...current, parts, written: new Map(current.written).set(part, manifestOf(event.payload)) };
}

/** A retraction aborts the undecided versions it covers; the store's own verb removes them with the live one. */
function retract(draft: Draft, retraction: DocumentRetracted): void {
  const key = documentKey(retraction);
  const undecided: IngestionRef[] = [];
  for (const { ref, progress } of draft.state.values()) {
    if (documentKey(ref) !== key || ref.version > retraction.version) continue;
    if (next(progress, { kind: 'retraction' }).decision === 'abort') undecided.push(ref);
  }
  for (const { ingestionId } of undecided) {
    draft.state.delete(ingestionId);
    draft.closed.add(ingestionId);
  }
  draft.retracted.set(key, Math.max(retraction.version, draft.retracted.get(key) ?? 0));
  draft.actions.push({ kind: 'retract', retraction, undecided });
}
