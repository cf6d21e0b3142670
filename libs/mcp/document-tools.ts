import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

import { cursor, documentId, limit, namespace, only } from './arguments.js';
import { resultBytesMax } from './bounded.js';
import { readChunks } from './read-text.js';
import { documentPath, reads, type ToolContext } from './tool-context.js';
import { answered } from './tool-result.js';

/** As far as the API counts chunks. */
const chunkNumberMax = 2 ** 30;

/** Tools that read documents and what became of them. */
export function addDocumentTools(server: McpServer, context: ToolContext): void {
  const { api } = context;
  const here = (given: string | undefined): string => given ?? context.namespace;
  server.registerTool(
    'list_recent',
    {
      title: 'List recent documents',
      description: 'Documents that are live, those that were submitted last first.',
      inputSchema: only({ namespace, limit: limit(100, 20), cursor }),
      annotations: { ...reads, title: 'List recent documents' },
    },
    ({ namespace: name, ...page }) =>
      answered(() => api.get('/v1/ingestions', { ...page, status: 'live', namespace: here(name) })),
  );
  server.registerTool(
    'get_document',
    {
      title: 'Get a document',
      description: 'The live version of a document, without its text, and its ingestions.',
      inputSchema: only({ document_id: documentId, namespace }),
      annotations: { ...reads, title: 'Get a document' },
    },
    ({ document_id: id, namespace: name }) => answered(() => api.get(documentPath(id), { namespace: here(name) })),
  );
  addTextTools(server, context);
}

function addTextTools(server: McpServer, context: ToolContext): void {
  const { api } = context;
  const here = (given: string | undefined): string => given ?? context.namespace;
  server.registerTool(
    'get_chunks',
    {
      title: 'Get the text of a document',
      description: 'Chunks of the live version, in order, a page at a time; nextFrom is where the next page begins.',
      inputSchema: only({
        document_id: documentId,
        namespace,
        from: z.number().int().min(0).max(chunkNumberMax).default(0).describe('Number of the first chunk, from 0'),
        limit: limit(50, 10),
      }),
      annotations: { ...reads, title: 'Get the text of a document' },
    },
    ({ document_id: id, namespace: name, from, limit: most }) =>
      answered(() => readChunks(api, { id, namespace: here(name), from, limit: most }, resultBytesMax)),
  );
  server.registerTool(
    'get_ingestion_status',
    {
      title: 'Get the status of an ingestion',
      description: 'Status, stores, counts, error and timeline of one attempt to make a document live.',
      inputSchema: only({ ingestion_id: z.uuid() }),
      annotations: { ...reads, title: 'Get the status of an ingestion' },
    },
    ({ ingestion_id: id }) => answered(() => api.get(`/v1/ingestions/${id}`)),
  );
}
