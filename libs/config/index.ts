export { envExample } from './env-example.js';
export { durationMs, namespace as namespaceName } from './parsers.js';
export { loadConfig } from './load-config.js';
export type { Config, Environment } from './load-config.js';
export { settings } from './settings.js';
export type { SettingName } from './settings.js';
