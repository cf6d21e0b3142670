import { answerClaimsContract } from './answer-claims.contract.js';
import { MemoryAnswerClaims } from './memory-answer-claims.js';

const held = new Map<string, { readonly owner: string; readonly untilMs: number }>();

answerClaimsContract('MemoryAnswerClaims', (leaseMs) => new MemoryAnswerClaims(leaseMs, held));
