export { RoleProcess, type Environment } from './role-process.js';
export { RoleProcesses } from './role-processes.js';
