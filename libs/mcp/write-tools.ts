import { setTimeout as pause } from 'node:timers/promises';

import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

import { TransientFailure } from '#failure';

import { documentId, namespace, only, time } from './arguments.js';
import type { Json } from './memory-api.js';
import { documentPath, type ToolContext } from './tool-context.js';
import { answered } from './tool-result.js';

const adds = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
const contentCharsMax = 200_000;
const waitMsMax = 300_000;
const pollMs = 300;
/** How far along each status is; progress only ever grows. */
const progressOf: Readonly<Record<string, number>> = { submitted: 1, staged: 2, parsed: 3, extracted: 4, writing: 5 };
const progressTotal = 6;

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

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
    ({ text, document_id: id, title, metadata: fields, namespace: name }, extra) =>
      ingest(context, { ...named(id, title, fields), namespace: here(name), source: 'inline', content: text }, extra),
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
    ({ turns, document_id: id, title, metadata: fields, namespace: name }, extra) => {
      const content = turns.map(({ speaker, text, at }) => `${speaker}${at === undefined ? '' : ` (${at})`}: ${text}`);
      const body = { ...named(id, title, fields), namespace: here(name), source: 'inline' };
      return ingest(context, { ...body, content: content.join('\n\n') }, extra);
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
    ({ source, location, document_id: id, title, metadata: fields, namespace: name }, extra) =>
      ingest(context, { ...named(id, title, fields), namespace: here(name), source, location }, extra),
  );
  server.registerTool(
    'forget',
    {
      title: 'Forget a document',
      description: 'Retracts all versions of a document from all stores, and waits until each has removed it.',
      inputSchema: only({ document_id: documentId, reason: z.string().max(1024).optional(), namespace }),
      annotations: { ...adds, destructiveHint: true, idempotentHint: true, title: 'Forget a document' },
    },
    ({ document_id: id, reason = '', namespace: name }, extra) =>
      answered(async () => {
        const accepted = await context.api.delete(documentPath(id), { namespace: here(name), reason });
        return outcome(context, String(accepted['ingestionId']), extra);
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

function ingest(context: ToolContext, submission: Json, extra: Extra): ReturnType<typeof answered> {
  return answered(async () => {
    const accepted = await context.api.post('/v1/documents', submission);
    return outcome(context, String(accepted['ingestionId']), extra);
  });
}

/** Waits for the end of an ingestion and says how far it is, if the client wants to know. */
async function outcome({ api }: ToolContext, ingestionId: string, extra: Extra): Promise<Json> {
  const { progressToken } = extra._meta ?? {};
  const deadlineMs = performance.now() + waitMsMax;
  let told = 0;
  for (;;) {
    const ingestion = await api.get(`/v1/ingestions/${ingestionId}`);
    const status = String(ingestion['status']);
    const progress = progressOf[status];
    if (progressToken !== undefined && (progress ?? progressTotal) > told) {
      told = progress ?? progressTotal;
      const params = { progressToken, progress: told, total: progressTotal, message: status };
      await extra.sendNotification({ method: 'notifications/progress', params });
    }
    if (progress === undefined) return ingestion;
    if (performance.now() > deadlineMs) {
      const message = `ingestion ${ingestionId} is still ${status}; look again with get_ingestion_status`;
      throw new TransientFailure(message, { reason: 'timeout' });
    }
    await pause(pollMs, undefined, { signal: extra.signal });
  }
}
