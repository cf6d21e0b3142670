export { DocumentReader } from './document-reader.js';
export { Endings } from './endings.js';
export { FormatRegistry, formats } from './formats/registry.js';
export { ParserStage } from './parser.stage.js';
export type { ParserOptions } from './parser.stage.js';
export { parserVersion } from './parser-version.js';
export { StagedBytes } from './staged-bytes.js';
export { ParsePool } from './worker/parse-pool.js';
export type { ParsePoolOptions } from './worker/parse-pool.js';
