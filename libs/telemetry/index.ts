export { createLogger } from './logger.js';
export type { Log } from './logger.js';
export { Metrics } from './metrics.js';
