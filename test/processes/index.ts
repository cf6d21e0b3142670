export { RoleProcess } from './role-process.js';
export { RoleProcesses } from './role-processes.js';
