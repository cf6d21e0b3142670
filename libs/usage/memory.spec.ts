import { MemoryTurns } from './memory-turns.js';
import { MemoryUsageBook } from './memory-usage-book.js';
import { turnsContract } from './turns.contract.js';
import { usageBookContract } from './usage-book.contract.js';

const turns = new MemoryTurns(() => Date.now());

turnsContract('MemoryTurns', () => turns);
const book = new MemoryUsageBook();
usageBookContract('MemoryUsageBook', () => book);
