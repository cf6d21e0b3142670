export { OwnQdrant } from './own-qdrant.js';
export { OwnRegistry } from './own-registry.js';
export { RoleProcess } from './role-process.js';
export type { Environment } from './role-process.js';
export { RoleProcesses } from './role-processes.js';
