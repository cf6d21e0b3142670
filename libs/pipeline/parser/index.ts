export type { Block, BlockKind, ParsedDocument } from './formats/document-text.js';
export type { Format, ParseHints } from './formats/format.js';
export { FormatRegistry, formats } from './formats/registry.js';
export { ParserStage } from './parser.stage.js';
export type { ParserOptions } from './parser.stage.js';
export { parserVersion } from './parser-version.js';
export { StagedBytes } from './staged-bytes.js';
export { countTokens } from './tokenizer.js';
export type { CountTokens } from './tokenizer.js';
