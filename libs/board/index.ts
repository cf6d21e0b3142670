export { BoardWatch } from './board-watch.js';
export { withoutDocuments } from './board.js';
export type { Board, BoardStage, FlowSample } from './board.js';
export { boardMigrations, OpenBreakers } from './open-breakers.js';
export { OpenWorkReader } from './open-work-reader.js';
export { TroubleReader } from './trouble-reader.js';
export type { Troubles } from './trouble-reader.js';
