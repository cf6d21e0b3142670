import { flag, integer, list, optional, text } from './parsers.js';

/** The tools for agents. */
export const mcpSettings = {
  mcpApiUrl: {
    env: 'PENSTOCK_MCP_API_URL',
    default: '',
    parse: optional(text),
    description: 'Where the tools for agents find the API; by default where the API of these settings listens',
  },
  mcpNamespace: {
    env: 'PENSTOCK_MCP_NAMESPACE',
    default: 'default',
    parse: text,
    description: 'Namespace that is meant if a call of a tool names none',
  },
  mcpWrites: {
    env: 'PENSTOCK_MCP_WRITE',
    default: 'false',
    parse: flag,
    description: 'Whether tools that change what is stored are offered',
  },
  mcpHost: {
    env: 'PENSTOCK_MCP_HOST',
    default: '127.0.0.1',
    parse: text,
    description: 'Address that MCP over HTTP listens on',
  },
  mcpPort: {
    env: 'PENSTOCK_MCP_PORT',
    default: '7071',
    parse: integer(0, 65_535),
    description: 'Port that MCP over HTTP listens on; 0 takes a free one',
  },
  mcpOrigins: {
    env: 'PENSTOCK_MCP_ORIGINS',
    default: '',
    parse: list,
    description: 'Origins of web pages that may call MCP over HTTP, comma separated',
  },
  mcpHosts: {
    env: 'PENSTOCK_MCP_HOSTS',
    default: '',
    parse: list,
    description: 'Host names, besides those of loopback, under which MCP over HTTP may be called, comma separated',
  },
} as const;
