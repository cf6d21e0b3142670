export { MemoryStoreAuditor } from './auditor.js';
export { MemoryStore } from './store.js';
export type { MemoryDocument, MemoryIngestion, MemoryLiveView } from './contents.js';
export { MemoryStoreWriter } from './writer.js';
export type { StepHook, StepPhase, StepVerb } from './writer.js';
