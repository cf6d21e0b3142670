import { documentKey } from '#events';
import {
  chunkLine,
  documentLine,
  entriesDigest,
  HoldingsTally,
  placeLine,
  type DocumentHoldings,
  type DocumentQuestion,
  type PieceTally,
} from '#stores/auditor';

import { metadataEntries } from './mapping.js';
import { ingestionMarkerId } from './markers.js';
import { anyOf, is } from './operations.js';
import type { Filter, Payload, Session } from './session.js';

/** What the collections hold of documents; points are counted as they come and not kept. */
export async function inspectDocuments(
  session: Session,
  documents: readonly DocumentQuestion[],
): Promise<DocumentHoldings[]> {
  const tally = new HoldingsTally();
  for (const marker of await session.findMarkers(markersAsked(documents))) {
    if (marker.kind === 'ingestion') tally.of(marker.document, marker.ingestion_id).state = marker.state;
    else if (marker.live_ingestion !== '') tally.markLive(marker.document, marker.live_ingestion);
  }
  const { documents: whole, chunks } = session.collections;
  for await (const payload of session.payloads(whole, pointsOf(documents))) {
    piecesOf(tally, payload).add('documents', lineOf(payload));
  }
  for await (const payload of session.payloads(chunks, pointsOf(documents))) {
    const { seq, text, id } = payload;
    const pieces = piecesOf(tally, payload);
    pieces.add('chunks', chunkLine(Number(seq), String(id), String(text)));
    // Those of before there were audits do not say where they stand.
    if ('start_offset' in payload) pieces.add('places', placeLineOf(payload));
    // Each of them has a copy, which is what searches filter by; those of before there were filters say nothing.
    if ('source' in payload) pieces.addCopy('metadata', entriesDigest(metadataEntries(payload)));
  }
  return tally.holdings(documents);
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

function piecesOf(tally: HoldingsTally, { namespace, document_id, ingestion_id, live }: Payload): PieceTally {
  const key = documentKey({ namespace: String(namespace), documentId: String(document_id) });
  const own = tally.of(key, String(ingestion_id));
  return live === true ? own.visible : own.hidden;
}

function placeLineOf(payload: Payload): string {
  const { seq, start_offset: start, end_offset: end, heading_path: headingPath, origin } = payload;
  return placeLine({ seq: Number(seq), startOffset: Number(start), endOffset: Number(end), headingPath, origin });
}

function lineOf({ title, source, location, media_type: mediaType }: Payload): string {
  const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const [titled, from] = [textOrNull(title), textOrNull(location)];
  return documentLine({ title: titled, source: String(source), location: from, mediaType: String(mediaType) });
}
