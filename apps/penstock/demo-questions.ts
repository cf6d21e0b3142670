import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import type { AskAnswer, SearchAnswer } from '#query';

import { describeHits } from './describe-hits.js';

/** A question about the samples, and the document that answers it. */
export interface DemoQuestion {
  readonly question: string;
  readonly document: string;
}

export const demoQuestions: readonly DemoQuestion[] = [
  { question: 'Who is the CFO of ACME Corporation?', document: 'samples/stuttgart-plant.md' },
  {
    question: 'How much is the contract for sensors worth over two years?',
    document: 'samples/bosch-partnership.html',
  },
  { question: 'Where does Nordwind Logistics open a depot?', document: 'samples/supplier-call.txt' },
];

export interface DemoAnswer extends DemoQuestion {
  /** What a person is shown. */
  readonly shown: string;
  /** The document that the answer cites first. */
  readonly cited: string | undefined;
}

/** Where the API is, and which namespace is asked. */
export interface DemoDoor {
  readonly api: string;
  readonly namespace: string;
  /** Where one is needed; commands find it in the settings. */
  readonly key?: string | undefined;
  /** What serves the tools, and the command; by default the programs that were built with this one. */
  readonly program?: string;
  readonly command?: string;
}

const commandProgram = fileURLToPath(new URL('main.js', import.meta.url));
const mcpProgram = fileURLToPath(new URL('../mcp/main.js', import.meta.url));

/** Asks on the command line, as a person does. */
export async function askByCommand(asked: DemoQuestion, door: DemoDoor): Promise<DemoAnswer> {
  const { api, namespace, command: program = commandProgram } = door;
  const args = [program, 'search', asked.question, '--namespace', namespace, '--limit', '1', '--json'];
  // `env` adds the port to whatever settings this process has.
  const command = [`PENSTOCK_HTTP_PORT=${new URL(api).port}`, process.execPath, ...args];
  const child = spawn('env', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  // What went wrong was said on standard error.
  if (code !== 0) return { ...asked, shown: 'no answer', cited: undefined };
  const answer = JSON.parse(out) as SearchAnswer;
  return { ...asked, shown: describeHits(answer), cited: answer.hits[0]?.documentId };
}

/** Asks by the tools for agents, as the client of a model does. */
export async function askByTools(questions: readonly DemoQuestion[], door: DemoDoor): Promise<DemoAnswer[]> {
  const client = new Client({ name: 'penstock-demo', version: '1' });
  const key = door.key === undefined ? {} : { PENSTOCK_API_KEY: door.key };
  const env = { PENSTOCK_MCP_API_URL: door.api, PENSTOCK_MCP_NAMESPACE: door.namespace, ...key };
  const args = [door.program ?? mcpProgram];
  const transport = new StdioClientTransport({ command: process.execPath, args, env });
  await client.connect(transport);
  try {
    const answers: DemoAnswer[] = [];
    for (const asked of questions) {
      const { structuredContent } = await client.callTool({ name: 'ask', arguments: { query: asked.question } });
      const { answer, confidence, citations, sentences } = structuredContent as unknown as AskAnswer;
      const first = sentences[0]?.citations[0];
      const cited = citations.find(({ number }) => number === first)?.documentId;
      answers.push({
        ...asked,
        shown: `${answer}\nconfidence ${confidence}; [${first ?? 0}] is ${cited ?? 'nothing'}`,
        cited,
      });
    }
    return answers;
  } finally {
    await client.close();
  }
}
