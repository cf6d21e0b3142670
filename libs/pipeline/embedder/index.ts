export { EmbedderStage } from './embedder.stage.js';
export { embeddedPart, textsToEmbed } from './parts.js';
