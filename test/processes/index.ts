export { OwnRegistry } from './own-registry.js';
export { OwnServices } from './own-services.js';
export { PipelineProcesses } from './pipeline-processes.js';
export { RoleProcess } from './role-process.js';
export type { Environment } from './role-process.js';
export { RoleProcesses } from './role-processes.js';
