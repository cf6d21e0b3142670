export { ExtractorStage, Interest } from './extractor.stage.js';
