import { documentKey } from '#events';
import { chunkLine, PieceTally, type DocumentHoldings, type DocumentQuestion, type Holding } from '#stores/auditor';
import type { IngestionState } from '#stores/port';

import { ingestionMarkerId, type MarkerPayload } from './markers.js';
import { anyOf, is } from './operations.js';
import type { Filter, Session } from './session.js';

interface Held {
  readonly key: string;
  readonly ingestionId: string;
  state: IngestionState | undefined;
  readonly visible: PieceTally;
  readonly hidden: PieceTally;
}

/** What the collections hold of documents; points are counted as they come and not kept. */
export async function inspectDocuments(
  session: Session,
  documents: readonly DocumentQuestion[],
): Promise<DocumentHoldings[]> {
  const live = new Map<string, string>();
  const held = new Map<string, Held>();
  for (const marker of await session.findMarkers(markersAsked(documents))) {
    if (marker.kind === 'document') live.set(marker.document, marker.live_ingestion);
    else heldOf(held, marker.document, marker.ingestion_id).state = marker.state;
  }
  const { documents: whole, chunks } = session.collections;
  for await (const payload of session.payloads(whole, pointsOf(documents))) tallyOf(held, payload).add('documents');
  for await (const payload of session.payloads(chunks, pointsOf(documents))) {
    const { seq, text, id } = payload;
    tallyOf(held, payload).add('chunks', chunkLine(Number(seq), String(id), String(text)));
  }
  const byDocument = Map.groupBy(held.values(), ({ key }) => key);
  return documents.map(({ namespace, documentId }) => {
    const document = { namespace, documentId };
    const key = documentKey(document);
    const liveIngestion = live.get(key);
    return {
      document,
      liveIngestion: liveIngestion === '' ? undefined : liveIngestion,
      holdings: (byDocument.get(key) ?? []).map(holdingOf),
    };
  });
}

function markersAsked(documents: readonly DocumentQuestion[]): Filter {
  const keys = anyOf('document', documents.map(documentKey));
  const asked = documents.flatMap(({ ingestionIds }) => ingestionIds.map(ingestionMarkerId));
  return {
    must: [keys],
    should: [is('kind', 'document'), anyOf('state', ['pending', 'live']), { has_id: asked }],
  };
}

function pointsOf(documents: readonly DocumentQuestion[]): Filter {
  const byNamespace = Map.groupBy(documents, ({ namespace }) => namespace);
  return {
    should: [...byNamespace].map(([namespace, own]) => ({
      must: [
        is('namespace', namespace),
        anyOf(
          'document_id',
          own.map(({ documentId }) => documentId),
        ),
      ],
    })),
  };
}

type Payload = Readonly<Record<string, unknown>>;

function tallyOf(held: Map<string, Held>, { namespace, document_id, ingestion_id, live }: Payload): PieceTally {
  const key = documentKey({ namespace: String(namespace), documentId: String(document_id) });
  const own = heldOf(held, key, String(ingestion_id));
  return live === true ? own.visible : own.hidden;
}

function heldOf(held: Map<string, Held>, key: MarkerPayload['document'], ingestionId: string): Held {
  const name = `${ingestionId} ${key}`;
  const known = held.get(name);
  if (known !== undefined) return known;
  const added = { key, ingestionId, state: undefined, visible: new PieceTally(), hidden: new PieceTally() };
  held.set(name, added);
  return added;
}

function holdingOf({ ingestionId, state, visible, hidden }: Held): Holding {
  return { ingestionId, state, visible: visible.pieces(), hidden: hidden.pieces() };
}
