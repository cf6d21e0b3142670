import { main } from '../main.js';

await main(['writer-neo4j']);
