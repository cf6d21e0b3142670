export { ExtractorStage } from './extractor.stage.js';
