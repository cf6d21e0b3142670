export { OpenAiServer } from './openai-server.js';
export type { Misbehaviour } from './openai-server.js';
