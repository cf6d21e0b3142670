import { main } from '../main.js';

await main(['dead-letters']);
