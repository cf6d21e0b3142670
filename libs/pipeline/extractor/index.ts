export { extractedPart } from './extracted-part.js';
export { ExtractorStage, Interest } from './extractor.stage.js';
export { ResolvedExtraction, resolvedVersion } from './resolved-extraction.js';
export { withinOntology } from './within-ontology.js';
