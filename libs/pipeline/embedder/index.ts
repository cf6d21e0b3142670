export { EmbedderStage } from './embedder.stage.js';
export { documentText, embeddedPart, textsToEmbed } from './parts.js';
