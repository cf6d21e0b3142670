export { next, untouched } from './decision.js';
export type { Decision, Progress, Signal } from './decision.js';
export { withFailureDrill } from './failure-drill.js';
export { fold, lowWater } from './fold.js';
export type { FoldInput, FoldResult, SagaAction, SagaEntry, SagaState } from './fold.js';
export { WrappedWriter } from './wrapped-writer.js';
export { WriterStage } from './writer-stage.js';
export type { WriterStageOptions } from './writer-stage.js';
