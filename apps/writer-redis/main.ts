import { main } from '../main.js';

await main(['writer-redis']);
