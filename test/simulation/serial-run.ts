import type { DocumentEmbedded } from '#events';
import { MemoryStore, MemoryStoreWriter } from '#stores/memory';
import { storeNames } from '#stores/port';

import type { Contents, LogReading, LogRecord } from '../checker/index.js';
import { contentsOf, emptyStores } from './contents.js';

const signal = new AbortController().signal;
const known = new Map<string, Contents>();

/** What fresh stores hold after the live ingestions alone, one after the other, without any fault. */
export async function serialRun(records: readonly LogRecord[], log: LogReading): Promise<Contents> {
  const live = [...log.live.values()].sort((a, b) => a.version - b.version || (a.ingestionId < b.ingestionId ? -1 : 1));
  const parts = live.map(({ ingestionId }) => partsOf(records, ingestionId));
  const key = parts
    .map(([first]) => `${first?.ingestionId} ${first?.parts}`)
    .sort()
    .join();
  const memo = known.get(key);
  if (memo !== undefined) return memo;
  const stores = emptyStores(() => new MemoryStore());
  for (const name of storeNames) {
    const writer = new MemoryStoreWriter(name, stores[name]);
    for (const [i, ref] of live.entries()) {
      const [namespace = '', ...rest] = ref.document.split('/');
      await writer.writePending({ parts: parts[i] ?? [], receipts: [], signal });
      await writer.promote([{ namespace, documentId: rest.join('/'), ...ref }], signal);
    }
  }
  const contents = contentsOf(stores);
  known.set(key, contents);
  return contents;
}

/** The first of each part; a later one says the same. */
function partsOf(records: readonly LogRecord[], ingestionId: string): DocumentEmbedded[] {
  const parts = new Map<number, DocumentEmbedded>();
  for (const { type, payload } of records) {
    const part = payload as DocumentEmbedded;
    if (type === 'DocumentEmbedded' && part.ingestionId === ingestionId && !parts.has(part.part))
      parts.set(part.part, part);
  }
  return [...parts.values()];
}
