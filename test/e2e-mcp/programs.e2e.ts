import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { askByCommand, askByTools, demoQuestions } from '../../apps/penstock/demo-questions.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { sample } from '../e2e/samples.js';
import { serveMcp } from '../e2e/serve-mcp.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const mcpProgram = join(checkout, 'dist/apps/mcp/main.js');
const commandProgram = join(checkout, 'dist/apps/penstock/main.js');
const namespace = aNamespace('programs');
const samples = [
  'acme-q4-2024.txt',
  'bosch-partnership.html',
  'order-10482.json',
  'stuttgart-plant.md',
  'supplier-call.txt',
];
const mediaTypes: Readonly<Record<string, string>> = {
  html: 'text/html',
  json: 'application/json',
  md: 'text/markdown',
};
/** A command loads all of Penstock before it does anything, which takes long on a busy machine. */
const withinMs = 180_000;
let penstock: PenstockUnderTest;

beforeAll(async () => {
  // Cold stores on a busy machine take longer than anybody would wait.
  penstock = await startPenstock({ searchBudgetMs: 30_000 });
  const accepted = await Promise.all(
    samples.map((name) => {
      const mediaType = mediaTypes[name.split('.').at(-1) ?? ''] ?? 'text/plain';
      const document = { namespace, documentId: `samples/${name}`, mediaType };
      return penstock.api.submit({ ...document, source: 'inline', content: sample(name) });
    }),
  );
  for (const { ingestionId } of accepted) expect((await penstock.api.outcome(ingestionId)).status).toBe('live');
}, 120_000);

afterAll(async () => {
  await penstock.stop();
  expect(penstock.fatal).toEqual([]);
});

describe('the three questions of the demo cite the right document', () => {
  const expected = demoQuestions.map(({ question, document }) => ({ question, cited: document }));

  it(
    'by the command',
    async () => {
      const door = { api: penstock.api.address, namespace, command: commandProgram };
      const answers = await Promise.all(demoQuestions.map((question) => askByCommand(question, door)));

      expect(answers.map(({ question, cited }) => ({ question, cited }))).toEqual(expected);
      expect(answers.map(({ shown }) => shown)).toEqual(demoQuestions.map(() => expect.stringContaining('1 hit by ')));
    },
    withinMs,
  );

  it('by an MCP client', async () => {
    const answers = await askByTools(demoQuestions, { api: penstock.api.address, namespace, program: mcpProgram });

    expect(answers.map(({ question, cited }) => ({ question, cited }))).toEqual(expected);
  });
});

/** The server that README shows for Claude Desktop, with this checkout and this API. */
function desktopServer(): { command: string; args: string[]; env: Record<string, string> } {
  const readme = readFileSync(join(checkout, 'README.md'), 'utf8');
  const block = /```json\n(\{\n {2}"mcpServers"[\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const { mcpServers } = JSON.parse(block) as { mcpServers: { penstock: ReturnType<typeof desktopServer> } };
  const { command, args, env } = mcpServers.penstock;
  expect({ command, args }).toEqual({
    command: 'node',
    args: [expect.stringMatching(/^\/path\/to\/\S+\/dist\/apps\/mcp\/main\.js$/)],
  });
  const here = { PENSTOCK_MCP_API_URL: penstock.api.address, PENSTOCK_MCP_NAMESPACE: namespace };
  return { command: process.execPath, args: [mcpProgram], env: { ...env, ...here } };
}

describe('what README shows', () => {
  let client: Client;

  beforeEach(() => {
    client = new Client({ name: 'test', version: '1' });
  });

  afterEach(() => client.close());

  const callsATool = async (): Promise<void> => {
    const { tools } = await client.listTools();
    const { structuredContent } = await client.callTool({ name: 'get_graph_stats' });

    expect(tools.map(({ name }) => name)).toContain('ask');
    expect(tools.map(({ name }) => name)).not.toContain('forget');
    expect(structuredContent).toMatchObject({ documents: samples.length });
  };

  it('serves the tools to Claude Desktop', async () => {
    await client.connect(new StdioClientTransport(desktopServer()));

    await callsATool();
  });

  it(
    'serves them over HTTP',
    async () => {
      const api = { PENSTOCK_MCP_API_URL: penstock.api.address };
      const { child, address } = await serveMcp(['--namespace', namespace], api, withinMs);
      const ended = once(child, 'close');
      const transport = new StreamableHTTPClientTransport(new URL(address));
      await client.connect(transport as Parameters<Client['connect']>[0]);

      await callsATool();
      await client.close();
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    },
    withinMs,
  );
});

/** The command line of the protocol's own inspector; it looks for its package.json from where it is started. */
const inspector = join(checkout, 'node_modules/@modelcontextprotocol/inspector-cli/build/index.js');

async function inspect(env: Record<string, string>, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const options = { cwd: dirname(inspector), env: { ...process.env, ...env } };
  const { stdout } = await promisify(execFile)(process.execPath, [inspector, ...args], options);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('the inspector of the protocol', () => {
  const env = (): Record<string, string> => ({
    ...{ PENSTOCK_MCP_API_URL: penstock.api.address, PENSTOCK_MCP_NAMESPACE: namespace },
  });

  it(
    'lists and calls tools, and reads a document, over stdio',
    async () => {
      const target = [process.execPath, mcpProgram];
      const { tools } = await inspect(env(), ...target, '--method', 'tools/list');
      const call = ['--method', 'tools/call', '--tool-name', 'get_chunks', '--tool-arg'];
      const called = await inspect(env(), ...target, ...call, 'document_id=samples/supplier-call.txt');
      const { resources } = await inspect(env(), ...target, '--method', 'resources/list');

      expect((tools as { name: string }[]).map(({ name }) => name)).toContain('search_memory');
      expect(called).toMatchObject({ structuredContent: { documentId: 'samples/supplier-call.txt' } });
      expect(resources).toHaveLength(samples.length);
    },
    withinMs,
  );

  it(
    'calls a tool over HTTP',
    async () => {
      const { child, address } = await serveMcp(['--namespace', namespace], env(), withinMs);
      const call = ['--transport', 'http', '--method', 'tools/call', '--tool-name', 'get_graph_stats'];
      const { structuredContent } = await inspect({}, address, ...call);
      child.kill('SIGTERM');

      expect(structuredContent).toMatchObject({ documents: samples.length });
    },
    withinMs,
  );
});
