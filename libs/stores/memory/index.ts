export { MemoryStore } from './store.js';
export type { MemoryDocument, MemoryIngestion, MemoryLiveView } from './store.js';
export { MemoryStoreWriter } from './writer.js';
export type { StepHook, StepPhase, StepVerb } from './writer.js';
