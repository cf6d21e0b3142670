import { again, type AdviceByReason } from './advice.js';

const otherModel = 'Name another model in PENSTOCK_OPENAI_CHAT_MODEL, then replay it; this one may well say the same.';
const mendProducer = { meaning: 'The record can’t be read.', remedy: 'Mend its producer, and send it again.' };
const stagingAway = { meaning: 'Staging was away for as long as the stage tries.', remedy: again };

/** What models answered, or why they were not asked. */
export const modelReasons: AdviceByReason = {
  'budget-exhausted': {
    meaning: 'The budget of its namespace was used up for longer than documents wait for one.',
    remedy: 'Raise the budget, or wait for the next day or month; it is replayed then.',
  },
  'price-unknown': {
    meaning: 'Its namespace has a budget in money, and the price of the model is not known.',
    remedy: 'Set PENSTOCK_MODEL_PRICES, then replay it.',
  },
  'model-answer-cut-off': {
    meaning: 'The answer of the model was cut off, twice.',
    remedy: 'Raise PENSTOCK_OPENAI_ANSWER_TOKENS_MAX, or lower PENSTOCK_CHUNK_TOKENS; then replay it.',
  },
  'model-answer-invalid': { meaning: 'The model did not keep to the form of answers, twice.', remedy: otherModel },
  'model-answer-refused': { meaning: 'The model refused to answer.', remedy: otherModel },
  'model-answer-filtered': {
    meaning: 'The provider’s content filter withheld the answer.',
    remedy: otherModel,
  },
  'model-content-filtered': {
    meaning: 'The provider’s content filter refused a passage of it.',
    remedy: 'Change the filter at the provider, or name another model; then replay it.',
  },
  'model-context-exceeded': {
    meaning: 'A passage is longer than the model takes.',
    remedy: 'Lower PENSTOCK_CHUNK_TOKENS, or name a model that takes more; then replay it.',
  },
  'model-request-refused': {
    meaning: 'The provider refused the request itself.',
    remedy: 'Look whether the model knows structured outputs and the settings of PENSTOCK_OPENAI_…; then replay it.',
  },
  'model-key-refused': {
    meaning: 'The provider does not take the key.',
    remedy: 'Set a PENSTOCK_OPENAI_API_KEY, or PENSTOCK_OPENAI_EMBEDDING_API_KEY, that holds, then replay it.',
  },
  'model-forbidden': {
    meaning: 'The key may not use the model.',
    remedy: 'Give it the right at the provider, or name another model; then replay it.',
  },
  'model-unknown': {
    meaning: 'The provider has no model of that name.',
    remedy: 'Correct PENSTOCK_OPENAI_CHAT_MODEL or PENSTOCK_OPENAI_EMBEDDING_MODEL, then replay it.',
  },
  'model-quota': {
    meaning: 'The account at the provider has no money left.',
    remedy: 'Put money into it, then replay it.',
  },
  'model-rate-limited': { meaning: 'The provider’s limits were reached for too long.', remedy: again },
  'dimensions-mismatch': {
    meaning: 'The model gave vectors of another length than the settings say.',
    remedy: 'Mend PENSTOCK_EMBEDDING_DIMENSIONS or the name of the model, then replay it.',
  },
};

/** What stores, Kafka and the saga said. */
export const serviceReasons: AdviceByReason = {
  'store-refused': { meaning: 'The store refused what was written.', remedy: again },
  'write-deadline': { meaning: 'The store could not be reached for as long as a writer tries.', remedy: again },
  'embedding-mismatch': {
    meaning: 'Its vectors come from another model than those in Qdrant.',
    remedy: 'Start embedder, writers and API with the model that filled Qdrant, then replay it.',
  },
  'terms-mismatch': {
    meaning: 'Its words became terms by another version than those in Qdrant.',
    remedy: 'Start all roles with one version of Penstock, then replay it.',
  },
  'staging-unavailable': stagingAway,
  'postgres-unavailable': { meaning: 'PostgreSQL was away for as long as the stage tries.', remedy: again },
  'handler-deadline': {
    meaning: 'The stage could not end its work in time, as often as it tried.',
    remedy: 'Replay it when the machine has time; if that does not help, raise PENSTOCK_HANDLER_DEADLINE first.',
  },
  'message-too-large': {
    meaning: 'Kafka refuses a part of it for its size.',
    remedy: 'Raise max.message.bytes of the topic, or lower PENSTOCK_PART_BYTES_MAX; then replay it.',
  },
  deadline: { meaning: 'It was not decided within the time that an ingestion has.', remedy: again },
  cancelled: { meaning: 'Somebody cancelled it.', remedy: 'Submit the document again if it is wanted after all.' },
  'failure-drill': {
    meaning: 'A drill: the setting PENSTOCK_FAIL_WRITER tells this writer to refuse documents with such a name.',
    remedy: 'Start Penstock without that setting, then replay it.',
  },
  'not-avro': mendProducer,
  'bad-avro': mendProducer,
  'bad-payload': mendProducer,
  'bad-key': mendProducer,
  'key-mismatch': { ...mendProducer, meaning: 'The key of the record is not that of the document in it.' },
  'type-mismatch': { ...mendProducer, meaning: 'The record is not of the type that it says, or on the wrong topic.' },
  'unknown-schema': {
    meaning: 'The schema registry does not know the schema of the record, or it is none of Penstock’s.',
    remedy: 'Have its producer register it, and send the record again.',
  },
};
