export { RecordedTracer } from './recorded-tracer.js';
export { anIngestion, IngestionBuilder } from './ingestion.js';
export type { IngestionOptions } from './ingestion.js';
export { parsedPart } from './parsed-part.js';
export { receiptOf, ref } from './receipt.js';
