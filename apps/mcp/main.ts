import { runMcp } from '../run-mcp.js';

await runMcp({});
