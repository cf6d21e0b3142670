export { BoardWatch } from './board-watch.js';
export { withoutDocuments } from './board.js';
export type { Board, BoardStage, FlowSample } from './board.js';
export { OpenWorkReader } from './open-work-reader.js';
