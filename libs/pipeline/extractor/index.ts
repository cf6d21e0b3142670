export { askAboutNames } from './ask-about-names.js';
export type { FoundPart } from './ask-about-names.js';
export { ClaimedPart } from './claimed-part.js';
export { extractedPart } from './extracted-part.js';
export { ExtractorStage, Interest } from './extractor.stage.js';
export { LiveNames } from './live-names.js';
export type { LiveName, WantedNames } from './live-names.js';
export { ResolvedExtraction, resolvedVersion } from './resolved-extraction.js';
export { withinOntology } from './within-ontology.js';
