import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

import { cursor, day, filter, limit, mode, namespace, only, query } from './arguments.js';
import { reads, type ToolContext } from './tool-context.js';
import { answered } from './tool-result.js';

/** Tools that answer questions. */
export function addQuestionTools(server: McpServer, context: ToolContext): void {
  const { api } = context;
  const here = (given: string | undefined): string => given ?? context.namespace;
  server.registerTool(
    'search_memory',
    {
      title: 'Search',
      description: 'Passages and facts that answer a question, each with its document, version, place and score.',
      inputSchema: only({ query, namespace, mode, filter, limit: limit(50, 8), cursor }),
      annotations: { ...reads, title: 'Search' },
    },
    ({ namespace: name, ...question }) =>
      answered(() => api.post('/v1/search', { ...question, namespace: here(name) })),
  );
  server.registerTool(
    'search_as_of',
    {
      title: 'Search as of a date',
      description: 'Facts that held on a date, around what the question names, and the passages that state them.',
      inputSchema: only({ query, as_of: day, namespace, limit: limit(50, 8), cursor }),
      annotations: { ...reads, title: 'Search as of a date' },
    },
    ({ namespace: name, as_of: asOf, ...question }) =>
      answered(() => api.post('/v1/search', { ...question, mode: 'graph', asOf, namespace: here(name) })),
  );
  server.registerTool(
    'ask',
    {
      title: 'Ask',
      description:
        'Plans two to six look-ups and answers in cited sentences, with a confidence and follow-up questions; counts what ' +
        'is stored if asked how much there is.',
      inputSchema: only({ query, namespace, filter, as_of: day.optional() }),
      annotations: { ...reads, title: 'Ask' },
    },
    ({ namespace: name, as_of: asOf, ...question }) =>
      answered(() =>
        api.post('/v1/ask', { ...question, namespace: here(name), ...(asOf === undefined ? {} : { asOf }) }),
      ),
  );
}
