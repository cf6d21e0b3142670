import type { DocumentExtracted } from '#events';

import type { IngestionModels, LedgerRow } from './ledger-row.js';

/** With what found the entities and facts of a part; nothing is added where no model was asked. */
export function withExtraction(row: LedgerRow, { extractedBy: by }: Pick<DocumentExtracted, 'extractedBy'>): LedgerRow {
  if (by === null) return row;
  const extraction = including(row.models.extraction, by, ({ model, version }) => `${model} ${version}`);
  return { ...row, models: { ...row.models, extraction } };
}

/** With what gave a part its vectors. */
export function withEmbedding(row: LedgerRow, by: IngestionModels['embedding'][number]): LedgerRow {
  const embedding = including(row.models.embedding, by, ({ model, dimensions }) => `${model} ${dimensions}`);
  return { ...row, models: { ...row.models, embedding } };
}

/** Each once and sorted, so that the order in which parts are heard of does not matter. */
function including<T>(known: readonly T[], one: T, name: (one: T) => string): readonly T[] {
  if (known.some((each) => name(each) === name(one))) return known;
  return [...known, one].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}
