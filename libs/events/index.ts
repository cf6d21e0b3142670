export { emission, eventNameOf, eventNamespace, eventType, outgoingEvent } from './cloud-events.js';
export type { Emission, EventContext, OutgoingEvent } from './cloud-events.js';
export { dataSchemaHeader, EventCodec, schemaSource } from './codec.js';
export { documentKey, documentRefProblem, parseDocumentKey } from './document-key.js';
export type { DocumentRef } from './document-key.js';
export {
  chunkId,
  derivedUuidV7,
  deterministicId,
  documentPointId,
  entityUuid,
  eventId,
  factUuid,
} from './event-ids.js';
export { eventNames } from './generated/events.js';
export type {
  Chunk,
  CompensationRequested,
  DocumentEmbedded,
  DocumentExtracted,
  DocumentParsed,
  DocumentRetracted,
  DocumentStaged,
  DocumentSubmitted,
  EmbeddedChunk,
  EmbeddedDocument,
  Entity,
  ExtractedBy,
  EventName,
  EventPayloads,
  Fact,
  IngestionConcluded,
  Mention,
  NameClaim,
  Origin,
  StoreCompensated,
  StoreCounts,
  StorePromoted,
  StoreRetracted,
  StoreWritten,
  TokenUsage,
} from './generated/events.js';
export { ConfluentSchemaRegistry, SchemaRegistryClient } from './schema-registry.js';
export type { RegistryLogin } from './schema-registry.js';
export { topicOfEvent, topics } from './topics.js';
export type { TopicKey, TopicSpec } from './topics.js';
export { isUuid, isUuidInAnyCase, uuidPattern } from './uuid.js';
export { oneSourceRelations, oneTargetRelations } from './relations.js';
