export { AnswerClaimsTable, claimsMigrations } from './answer-claims-table.js';
export { answerId, AnswerStore, contentHash } from './answers.js';
export type { Answer, AnswerEntry, AnswerKey } from './answers.js';
export { answersMigrations, AnswersTable } from './answers-table.js';
export { ChooseOnce } from './choose-once.js';
export { EmbedOnce } from './embed-once.js';
export { EmbeddingModel } from './embedding-model.js';
export type { Embedding } from './embedding-model.js';
export { ExtractOnce } from './extract-once.js';
export type { ExtractOnceOptions } from './extract-once.js';
export { entityTypes, ExtractionModel } from './extraction-model.js';
export type {
  ChunkText,
  EntityRef,
  EntityType,
  Extraction,
  FoundEntity,
  FoundFact,
  ModelCallOptions,
  ModelUsage,
} from './extraction-model.js';
export { totalUsage } from './total-usage.js';
export { isOrder } from './find-orders.js';
export { HashEmbeddingModel } from './hash-embedding-model.js';
export { IdentityModel } from './identity-model.js';
export type { ChosenName, NameInDoubt } from './identity-model.js';
export { answerTokens } from './openai/answer-tokens.js';
export type { OpenAiChatOptions } from './openai/chat.js';
export { createOpenAi } from './openai/client.js';
export type { OpenAiAccess } from './openai/client.js';
export type { Batch } from './openai/embedding-batches.js';
export { embeddingBatches, textsPerRequestMax } from './openai/embedding-batches.js';
export { OpenAiEmbeddingModel } from './openai/embedding-model.js';
export { OpenAiExtractionModel, promptTokensOf, repairTokensOf } from './openai/extraction-model.js';
export { extractionPrompt } from './openai/extraction-prompt.js';
export { identityTokens, identityVersion, OpenAiIdentityModel } from './openai/identity-model.js';
export { OpenAiWordingModel } from './openai/wording-model.js';
export { RulesExtractionModel } from './local/rules-extraction-model.js';
export { MemoryAnswerStore } from './memory-answer-store.js';
export {
  SentenceEmbeddingModel,
  sentenceModelDimensions,
  sentenceModelId,
} from './sentences/sentence-embedding-model.js';
export { sentenceSpan } from './sentence-span.js';
export { sparseQuery, sparseTerms, sparseVector } from './sparse.js';
export type { SparseVector } from './sparse.js';
export { TracedEmbeddingModel, TracedExtractionModel, TracedIdentityModel } from './traced-models.js';
export { contentWords } from './words.js';
export { WordingModel } from './wording-model.js';
export type { WordedSentence, WordingPassage } from './wording-model.js';
