export { EmbedderStage } from './embedder.stage.js';
