import { ResourceTemplate, type McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  ErrorCode,
  ListResourcesRequestSchema,
  McpError,
  type ListResourcesResult,
} from '@modelcontextprotocol/sdk/types.js';

import { classify } from '#failure';

import type { Json } from './memory-api.js';
import { readText } from './read-text.js';
import type { ToolContext } from './tool-context.js';

/** The live documents of a page, as the API lists ingestions. */
interface LivePage extends Json {
  readonly items: readonly { readonly documentId: string; readonly title?: string | null }[];
  readonly nextCursor?: string;
}

const pageDocuments = 50;
/** A resource goes into a conversation whole. */
const resourceBytesMax = 128 * 1024;
const mimeType = 'text/plain';

/** Live documents as resources `penstock://{namespace}/{documentId}`, each part percent-encoded. */
export function addDocumentResources(server: McpServer, context: ToolContext): void {
  const template = new ResourceTemplate('penstock://{namespace}/{documentId}', { list: undefined });
  const described = { title: 'Documents', description: 'The text of a live document', mimeType };
  server.registerResource('document', template, described, async (uri, { namespace, documentId }) => {
    const id = decodeURIComponent(String(documentId));
    const text = await readText(context.api, { id, namespace: String(namespace) }, resourceBytesMax);
    return { contents: [{ uri: uri.href, mimeType, text }] };
  });
  // The SDK's own list of a template's resources has no pages.
  server.server.setRequestHandler(ListResourcesRequestSchema, ({ params }) => listed(context, params?.cursor));
}

async function listed({ api, namespace }: ToolContext, cursor: string | undefined): Promise<ListResourcesResult> {
  const query = { status: 'live', namespace, limit: pageDocuments, cursor };
  const { items, nextCursor } = (await api.get('/v1/ingestions', query).catch(refuse)) as LivePage;
  const documents = new Map(items.map((document) => [document.documentId, document]));
  const resources = [...documents.values()].map(({ documentId, title }) => ({
    uri: `penstock://${namespace}/${encodeURIComponent(documentId)}`,
    ...{ name: documentId, mimeType },
    ...(typeof title === 'string' ? { title } : {}),
  }));
  return { resources, ...(nextCursor === undefined ? {} : { nextCursor }) };
}

/** The protocol has a number for a cursor that is not one of ours. */
function refuse(error: unknown): never {
  const failure = classify(error);
  if (failure.kind !== 'permanent') throw failure;
  throw new McpError(ErrorCode.InvalidParams, failure.message);
}
