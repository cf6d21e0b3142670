import type { Documents } from './clients.js';
import type { Sight } from './live-views.js';

const answerMs = 2500;

interface Answer {
  readonly live: {
    readonly ingestionId: string;
    readonly version: number;
    readonly chunks: readonly { readonly seq: number; readonly text: string }[];
  } | null;
}

/** What the API shows of each document; a cache that lost one is filled again. @throws if it does not answer. */
export async function readThroughApi(address: string, documents: Documents): Promise<Sight[]> {
  const sights: Sight[] = [];
  for (const namespace of documents.namespaces) {
    for (const documentId of documents.documentIds) {
      const path = `/v1/documents/${encodeURIComponent(documentId)}?namespace=${namespace}&include=chunks`;
      const response = await fetch(`${address}${path}`, { signal: AbortSignal.timeout(answerMs) });
      if (response.status === 404) continue;
      if (!response.ok) throw new Error(`the API answered ${response.status}`);
      const { live } = (await response.json()) as Answer;
      if (live === null) continue;
      sights.push({
        // By the name that was asked for: the checker knows whose the ingestion is.
        document: `${namespace}/${documentId}`,
        ingestionId: live.ingestionId,
        version: live.version,
        values: live.chunks.map(({ seq, text }) => `${seq}:${text}`),
      });
    }
  }
  return sights;
}
