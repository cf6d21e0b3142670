import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

import { PermanentFailure } from '#failure';

import { cursor, day, limit, namespace, only } from './arguments.js';
import type { MemoryApi } from './memory-api.js';
import { reads, type ToolContext } from './tool-context.js';
import { answered } from './tool-result.js';

const entity = z.string().min(1).max(512).describe('Name or uuid of an entity');

/** Tools that look around in the graph. */
export function addGraphTools(server: McpServer, context: ToolContext): void {
  const { api } = context;
  const here = (given: string | undefined): string => given ?? context.namespace;
  server.registerTool(
    'get_entity_timeline',
    {
      title: 'Timeline of an entity',
      description:
        'What was said of a person, organisation or thing, oldest first, with the time each fact held; nextCursor leads ' +
        'to what is newer. Up to 10,000 facts; cut says that there are more.',
      inputSchema: only({ entity, namespace, limit: limit(100, 30), cursor }),
      annotations: { ...reads, title: 'Timeline of an entity' },
    },
    ({ entity: named, namespace: name, ...page }) =>
      answered(async () => {
        const found = await entityOf(api, here(name), named);
        return {
          entity: found,
          ...(await api.get(`/v1/entities/${found.uuid}/timeline`, { ...page, namespace: here(name) })),
        };
      }),
  );
  addNeighbourhoodTools(server, context);
}

function addNeighbourhoodTools(server: McpServer, context: ToolContext): void {
  const { api } = context;
  const here = (given: string | undefined): string => given ?? context.namespace;
  server.registerTool(
    'explore_graph',
    {
      title: 'Explore the graph',
      description: 'Entities and facts up to three steps around one, now or as of a date.',
      inputSchema: only({
        entity,
        namespace,
        depth: z.number().int().min(1).max(3).default(1),
        limit: limit(200, 50),
        as_of: day.optional(),
      }),
      annotations: { ...reads, title: 'Explore the graph' },
    },
    ({ entity: named, namespace: name, as_of: asOf, ...bounds }) =>
      answered(async () => {
        const found = await entityOf(api, here(name), named);
        return {
          entity: found,
          ...(await api.get(`/v1/entities/${found.uuid}/graph`, { ...bounds, asOf, namespace: here(name) })),
        };
      }),
  );
  server.registerTool(
    'get_graph_stats',
    {
      title: 'Size of the graph',
      description: 'How many documents, entities by type, and facts a namespace holds.',
      inputSchema: only({ namespace }),
      annotations: { ...reads, title: 'Size of the graph' },
    },
    ({ namespace: name }) => answered(() => api.get('/v1/graph/stats', { namespace: here(name) })),
  );
}

/** @throws PermanentFailure `not-found` if no live document speaks of it. */
async function entityOf(api: MemoryApi, name: string, entity: string): Promise<{ readonly uuid: string }> {
  if (z.uuid().safeParse(entity).success) return { uuid: entity };
  const { items } = await api.get('/v1/entities', { name: entity, namespace: name });
  const [first] = items as readonly { readonly uuid: string }[];
  if (first !== undefined) return first;
  throw new PermanentFailure('no live document speaks of an entity of that name', { reason: 'not-found' });
}
