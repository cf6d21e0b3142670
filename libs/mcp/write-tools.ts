import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

import { documentId, namespace, only, time } from './arguments.js';
import type { Json } from './memory-api.js';
import { documentPath, type ToolContext } from './tool-context.js';
import { answered } from './tool-result.js';
import { waitForOutcome, type Waiter } from './wait-for-outcome.js';

const adds = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
const contentCharsMax = 200_000;

const turn = only({
  speaker: z.string().min(1).max(200),
  text: z.string().min(1).max(20_000),
  at: time.optional().describe('When it was said, e.g. 2026-11-28T12:00:00Z'),
});
const metadata = z.record(z.string(), z.string()).optional().describe('Free fields that searches can filter by');

/** Tools that change what is stored. They are offered only if they were asked for. */
export function addWriteTools(server: McpServer, context: ToolContext): void {
  const here = (given: string | undefined): string => given ?? context.namespace;
  server.registerTool(
    'add_memory',
    {
      title: 'Add a note',
      description: 'Stores a note as a document; it can be found once it is live, which this waits for.',
      inputSchema: only({
        text: z.string().min(1).max(contentCharsMax),
        document_id: documentId.optional(),
        title: z.string().max(1024).optional(),
        metadata,
        namespace,
      }),
      annotations: { ...adds, title: 'Add a note' },
    },
    ({ text, document_id: id, title, metadata: fields, namespace: name }, waiter) =>
      ingest(context, { ...named(id, title, fields), namespace: here(name), source: 'inline', content: text }, waiter),
  );
  server.registerTool(
    'add_conversation',
    {
      title: 'Add a conversation',
      description: 'Stores turns with their speakers and times as one document.',
      inputSchema: only({
        turns: z.array(turn).min(1).max(1000),
        document_id: documentId.optional(),
        title: z.string().max(1024).optional(),
        metadata,
        namespace,
      }),
      annotations: { ...adds, title: 'Add a conversation' },
    },
    ({ turns, document_id: id, title, metadata: fields, namespace: name }, waiter) => {
      const content = turns.map(({ speaker, text, at }) => `${speaker}${at === undefined ? '' : ` (${at})`}: ${text}`);
      const body = { ...named(id, title, fields), namespace: here(name), source: 'inline' };
      return ingest(context, { ...body, content: content.join('\n\n') }, waiter);
    },
  );
  addDocumentWrites(server, context);
}

function addDocumentWrites(server: McpServer, context: ToolContext): void {
  const here = (given: string | undefined): string => given ?? context.namespace;
  server.registerTool(
    'ingest_document',
    {
      title: 'Ingest a web page or file',
      description: 'Fetches a URL, or a file below the folders that the stager may read, and waits for the outcome.',
      inputSchema: only({
        source: z.enum(['http', 'local_upload']),
        location: z.string().min(1).max(4096),
        document_id: documentId.optional(),
        title: z.string().max(1024).optional(),
        metadata,
        namespace,
      }),
      annotations: { ...adds, openWorldHint: true, title: 'Ingest a web page or file' },
    },
    ({ source, location, document_id: id, title, metadata: fields, namespace: name }, waiter) =>
      ingest(context, { ...named(id, title, fields), namespace: here(name), source, location }, waiter),
  );
  server.registerTool(
    'forget',
    {
      title: 'Forget a document',
      description: 'Retracts all versions of a document from all stores, and waits until each has removed it.',
      inputSchema: only({ document_id: documentId, reason: z.string().max(1024).optional(), namespace }),
      annotations: { ...adds, destructiveHint: true, idempotentHint: true, title: 'Forget a document' },
    },
    ({ document_id: id, reason = '', namespace: name }, waiter) =>
      answered(async () => {
        const accepted = await context.api.delete(documentPath(id), { namespace: here(name), reason });
        return waitForOutcome(context.api, String(accepted['ingestionId']), waiter);
      }),
  );
}

function named(id?: string, title?: string, metadata?: Readonly<Record<string, string>>): Json {
  return {
    ...(id === undefined ? {} : { documentId: id }),
    ...(title === undefined ? {} : { title }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function ingest(context: ToolContext, submission: Json, waiter: Waiter): ReturnType<typeof answered> {
  return answered(async () => {
    const accepted = await context.api.post('/v1/documents', submission);
    return waitForOutcome(context.api, String(accepted['ingestionId']), waiter);
  });
}
