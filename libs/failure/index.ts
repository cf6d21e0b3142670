export { asTransient, classify, mayBeDone } from './classify.js';
export { PermanentFailure, PoisonMessage, TransientFailure } from './failure.js';
export type { FailureDetails, FailureKind, PenstockFailure } from './failure.js';
