export { EmbedderStage } from './embedder.stage.js';
export { documentText } from './parts.js';
