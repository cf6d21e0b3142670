export { deadLettersMigrations } from './dead-letters-table.js';
export { DeadLetterStage } from './dead-letter.stage.js';
export type { LetterBounds } from './keep-letters.js';
export { LetterBytes } from './letter-bytes.js';
export { DeadLetterReader } from './letter-reader.js';
export type { LetterFilter, LetterPage } from './letter-reader.js';
export type { EarlierLetter, LetterDetail, LetterSummary } from './letter-views.js';
export { DeadLetterReplay } from './replay.js';
export type { Replayed, ReplayedMany } from './replay.js';
