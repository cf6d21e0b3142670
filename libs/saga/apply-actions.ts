import { documentKey, emission, type Emission } from '#events';
import type { IngestionRef, IngestionState, StoreWriter } from '#stores/port';

import type { SagaAction } from './fold.js';

type Settled = { readonly ref: IngestionRef; readonly state: IngestionState; readonly emission: Emission };

const noCounts = { parts: 0, chunks: 0, entities: 0, facts: 0, mentions: 0 };

/**
 * Carries out decisions in log order, as many of one kind at a time as don't touch the same document, and says the
 * outcome of each. Every verb is idempotent: after a failure the whole list is simply carried out again.
 */
export async function applyActions(
  writer: StoreWriter,
  actions: readonly SagaAction[],
  { signal, nowMs }: { readonly signal: AbortSignal; readonly nowMs: () => number },
): Promise<Settled[]> {
  const settled: Settled[] = [];
  for (const run of runsOf(actions)) {
    settled.push(...(await applyRun(writer, run, signal, nowMs())));
  }
  return settled;
}

/** Cuts the list into runs of one kind in which no document stands twice, so that order per document is kept. */
export function runsOf(actions: readonly SagaAction[]): SagaAction[][] {
  const runs: SagaAction[][] = [];
  let documents = new Set<string>();
  for (const action of actions) {
    const key = documentOf(action);
    const run = runs.at(-1);
    if (run?.[0]?.kind === action.kind && !documents.has(key)) {
      run.push(action);
    } else {
      runs.push([action]);
      documents = new Set();
    }
    documents.add(key);
  }
  return runs;
}

function documentOf(action: SagaAction): string {
  return documentKey(action.kind === 'retract' ? action.retraction : action.ref);
}

async function applyRun(writer: StoreWriter, run: SagaAction[], signal: AbortSignal, atMs: number): Promise<Settled[]> {
  const refs = run.flatMap((action) => (action.kind === 'retract' ? [] : [action.ref]));
  switch (run[0]?.kind) {
    case 'promote': {
      const results = await writer.promote(refs, signal);
      return results.flatMap(({ state, replaced }, i) => outcome(writer, refs[i], state, atMs, replaced));
    }
    case 'compensate': {
      const results = await writer.compensate(refs, signal);
      return results.flatMap(({ state, removed }, i) => outcome(writer, refs[i], state, atMs, [], removed));
    }
    case 'restate':
      return run.flatMap((action) =>
        action.kind === 'restate' ? outcome(writer, action.ref, action.state, atMs) : [],
      );
    case 'retract':
      return applyRetractions(writer, run, signal, atMs);
    case undefined:
      return [];
  }
}

async function applyRetractions(
  writer: StoreWriter,
  run: SagaAction[],
  signal: AbortSignal,
  atMs: number,
): Promise<Settled[]> {
  const actions = run.filter((action) => action.kind === 'retract');
  const results = await writer.retract(
    actions.map(({ retraction }) => retraction),
    signal,
  );
  return actions.flatMap(({ retraction, undecided }, i) => {
    const { namespace, documentId, ingestionId, version } = retraction;
    const ref = { namespace, documentId, ingestionId, version };
    const removed = [...(results[i]?.removed ?? [])];
    const said = emission('StoreRetracted', { ...ref, store: writer.store, removed, retractedAt: atMs });
    return [
      ...undecided.flatMap((open) => outcome(writer, open, 'retracted', atMs)),
      { ref, state: 'retracted' as const, emission: said },
    ];
  });
}

/** How a state is told to the outcomes topic. A replaced ingestion was live once, and that is what is said of it. */
function outcome(
  writer: StoreWriter,
  ref: IngestionRef | undefined,
  state: IngestionState,
  atMs: number,
  replaced: readonly string[] = [],
  removed = noCounts,
): Settled[] {
  if (ref === undefined || state === 'pending') return [];
  const common = { ...ref, store: writer.store };
  if (state === 'live' || state === 'replaced') {
    return [
      { ref, state, emission: emission('StorePromoted', { ...common, replaced: [...replaced], promotedAt: atMs }) },
    ];
  }
  const said = state === 'compensated' ? 'rolled_back' : state;
  const payload = { ...common, outcome: said, removed, compensatedAt: atMs };
  return [{ ref, state, emission: emission('StoreCompensated', payload) }];
}
