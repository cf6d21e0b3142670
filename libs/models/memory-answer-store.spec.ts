import { answerStoreContract } from './answer-store.contract.js';
import { MemoryAnswerStore } from './memory-answer-store.js';

const store = new MemoryAnswerStore();

answerStoreContract('MemoryAnswerStore', () => store);
