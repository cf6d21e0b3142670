export { MemoryApi } from './memory-api.js';
export type { MemoryApiOptions } from './memory-api.js';
export { serveHttp } from './serve-http.js';
export type { HttpOptions, MakeServer, ServedHttp } from './serve-http.js';
export { createMemoryServer } from './server.js';
export type { MemoryServerOptions } from './server.js';
export type { Owner } from './sessions.js';
