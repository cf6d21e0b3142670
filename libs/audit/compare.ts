import type { Holding, Pieces } from '#stores/auditor';

import type { Finding, FindingKind, LedgerLive, SeenDocument, SeenInStore } from './finding.js';
import { liveReference, wrongPieces, type LiveReference } from './live-reference.js';

const nothing: Omit<Holding, 'ingestionId'> = { state: undefined, visible: {}, hidden: {} };

/**
 * What is wrong with a document, by one look at the stores and the ledger. What is under way is left alone: of a
 * document in motion only ingestions count that ended without ever being live, or that nobody submitted. Pure.
 */
export function compareDocument(seen: SeenDocument): Finding[] {
  if (isUnproven(seen)) return [];
  const { inMotion, live } = seen.ledger;
  const settled = inMotion ? undefined : live;
  const reference = settled === undefined ? undefined : liveReference(seen, settled);
  return seen.stores.flatMap((store) => [
    ...store.held.holdings.flatMap((holding) => strayFindings(seen, store, holding)),
    ...(settled === undefined || reference === undefined ? [] : liveFindings(seen, store, settled, reference)),
    ...(settled === undefined ? [] : behindFindings(seen, store, settled)),
  ]);
}

/**
 * Of a version that no store has said to be live, the ledger may have missed a request to undo it as well: what none
 * shows is left alone.
 */
function isUnproven({ ledger: { live }, stores }: SeenDocument): boolean {
  if (live === undefined || !stores.every(({ store }) => live.behind.includes(store))) return false;
  const shows = ({ ingestionId, visible }: Holding): boolean => ingestionId === live.ingestionId && !isEmpty(visible);
  return !stores.some(({ held }) => held.holdings.some(shows));
}

function behindFindings(seen: SeenDocument, store: SeenInStore, { ingestionId, behind }: LedgerLive): Finding[] {
  if (!behind.includes(store.store)) return [];
  return [found(seen, store, 'unconcluded', ingestionId, 'never said that it made the live version visible')];
}

function strayFindings(seen: SeenDocument, store: SeenInStore, holding: Holding): Finding[] {
  const { ledger } = seen;
  const { ingestionId, visible, hidden } = holding;
  if (isEmpty(visible) && isEmpty(hidden)) return [];
  if (ingestionId === ledger.live?.ingestionId) return [];
  const says = ledger.ingestions.get(ingestionId);
  if (says === 'open' || (says === 'was-live' && ledger.inMotion)) return [];
  const why = says === undefined ? 'of an ingestion that nobody submitted' : 'of an ingestion that ended';
  const pieces = isEmpty(visible) ? hidden : visible;
  return [found(seen, store, strayKind(store, holding, seen), ingestionId, `${shown(pieces)} ${why}`)];
}

function strayKind(store: SeenInStore, { visible, ingestionId }: Holding, { ledger }: SeenDocument): FindingKind {
  if (!ledger.ingestions.has(ingestionId)) return 'orphan';
  if (isEmpty(visible)) return 'stale-pending';
  const live = store.held.holdings.find((other) => other.ingestionId === ledger.live?.ingestionId);
  return live !== undefined && !isEmpty(live.visible) ? 'second-version' : 'orphan';
}

/** A cache may hold nothing, unless it undid the version and so refuses to be filled; what it holds must be whole. */
function liveFindings(seen: SeenDocument, store: SeenInStore, live: LedgerLive, reference: LiveReference): Finding[] {
  const { ingestionId } = live;
  const holding = store.held.holdings.find((one) => one.ingestionId === ingestionId) ?? { ...nothing, ingestionId };
  const { visible, hidden } = holding;
  const isCache = store.store === 'redis';
  const say = (kind: FindingKind, detail: string, kinds = store.keeps): Finding[] => [
    { ...found(seen, store, kind, ingestionId, detail), kinds },
  ];
  const mayBeEmpty = isCache && !live.undone.includes(store.store);
  if (isEmpty(visible) && isEmpty(hidden)) return mayBeEmpty ? [] : say('missing', 'nothing of the live version');
  const isLeftBehind = !isEmpty(hidden) && (isCache || (!isEmpty(visible) && 'parts' in hidden));
  if (isLeftBehind) return say('stale-pending', `${shown(hidden)} of the live version`);
  const wrong = wrongPieces({ ...hidden, ...visible }, store.keeps, reference);
  const kinds = wrong.map(({ kind }) => kind);
  if (!isEmpty(hidden)) return say('not-visible', `${shown(hidden)} of the live version`, kinds);
  if (wrong.length > 0) return say('torn', wrong.map(({ detail }) => detail).join(', '), kinds);
  return isMarked(store, holding) ? [] : say('wrong-marker', 'its marker does not say that it is live', []);
}

/** Redis forgets its markers in time, of what is live as well. */
function isMarked({ store, held }: SeenInStore, { ingestionId, state }: Holding): boolean {
  const isCache = store === 'redis';
  const known = state === 'live' || (isCache && state === undefined);
  const named = held.liveIngestion === ingestionId || (isCache && held.liveIngestion === undefined);
  return known && named;
}

function found(
  { document }: SeenDocument,
  { store }: SeenInStore,
  kind: FindingKind,
  id: string,
  detail: string,
): Finding {
  return { kind, store, document, namespace: document.namespace, id, kinds: [], detail };
}

function isEmpty(pieces: Pieces): boolean {
  return Object.keys(pieces).length === 0;
}

function shown(pieces: Pieces): string {
  return Object.entries(pieces)
    .filter(([kind]) => kind !== 'metadata' && kind !== 'places')
    .map(([kind, { count }]) => `${count} ${count === 1 ? kind.replace(/ies$/, 'y').replace(/s$/, '') : kind}`)
    .join(', ');
}
