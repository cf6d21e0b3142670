export { countTokens } from './count-tokens.js';
export type { CountTokens } from './count-tokens.js';
