export { conversationsIn, FrontChanges } from './front-changes.js';
export { FrontCursors } from './front-cursor.js';
export { FrontLoop } from './front-loop.js';
export { FrontMessages } from './front-messages.js';
export { FrontSync } from './front-sync.js';
export type { FrontTurn } from './front-sync.js';
export { frontMigrations } from './front-tables.js';
export { checkSignature } from './signature.js';
