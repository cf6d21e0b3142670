import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { countTokens } from '#tokens';

import { chatProblem, embeddingProblem, type Refusal } from './check-request.js';

/** A request that was answered with 200. */
export interface Asked {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Of a chat request: what it was about, as JSON said it, and the passage if it was about one. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly passage: string;
  /** Of a request for embeddings. */
  readonly input: readonly string[];
}

/** How the next request goes wrong; each does so once, in their order. */
export type Misbehaviour =
  | {
      readonly status: number;
      readonly code?: string;
      /** The field of the request that it is about. */
      readonly param?: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly slowMs: number }
  | { readonly body: string }
  /** An answer that begins so, and then never goes on, or loses its connection. */
  | { readonly begins: string; readonly then: 'stall' | 'break' }
  | { readonly content: string | null; readonly finish?: string; readonly refusal?: string }
  | { readonly dimensions: number }
  | { readonly hangUp: true };

type Answer = (passage: string) => unknown;
/** A name that the chat model is asked about. */
interface AskedName {
  readonly number: number;
  readonly name: string;
  readonly candidates: readonly { readonly number: number; readonly name: string }[];
}

const apiKey = 'sk-test';
const chatModels = ['gpt-4.1-mini', 'gpt-4o-mini'];
const dimensionsOf: Readonly<Record<string, number>> = { 'text-embedding-3-small': 1536, 'nomic-embed-text': 768 };

/**
 * A local server that behaves as OpenAI's API does: checks key, model and request, answers with usage, and goes wrong
 * as told. Its chat model finds pairs of capitalised words, and takes names that may mean the same for the same.
 */
export class OpenAiServer {
  /** Requests that were paid for, in their order. */
  readonly asked: Asked[] = [];
  readonly next: Misbehaviour[] = [];
  /** Authorization headers seen, refused ones included. */
  readonly keys: string[] = [];
  /** Every request, with the time it came, refused ones included. */
  readonly times: number[] = [];
  key = apiKey;
  answer: Answer = pairsIn;
  /** What it says of names that may mean the same: that they do, with the first one that it is offered. */
  choose: (names: readonly AskedName[]) => unknown = firstOffered;
  /** A field that this model does not know: what it says of a request with it. */
  unknownField: { readonly name: string; readonly param?: string; readonly message?: string } | undefined;
  delayMs = 0;
  running = 0;
  mostRunning = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OpenAiServer> {
    const server = createServer();
    const fake = new OpenAiServer(server);
    server.on('request', (request, response) => void fake.take(request, response).catch(() => response.destroy()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return fake;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  get chats(): Asked[] {
    return this.asked.filter(({ path }) => path.endsWith('/chat/completions'));
  }

  get embeddings(): Asked[] {
    return this.asked.filter(({ path }) => path.endsWith('/embeddings'));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    this.times.push(performance.now());
    try {
      await this.reply(request, response);
    } finally {
      this.running -= 1;
    }
  }

  private async reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    const body = JSON.parse(await textOf(request)) as Record<string, unknown>;
    const key = String(request.headers['api-key'] ?? request.headers.authorization ?? '').replace('Bearer ', '');
    this.keys.push(key);
    const wrong = this.next.shift();
    await pause(this.delayMs);
    const chat = path.endsWith('/chat/completions');
    const refusal = key === this.key ? this.problemOf(chat, path, body) : { status: 401, code: 'invalid_api_key' };
    if (refusal !== undefined) return refuse(response, refusal);
    const unknown = this.unknownField;
    if (unknown !== undefined && unknown.name in body) {
      return refuse(response, { status: 400, code: 'unsupported_parameter', ...unknown });
    }
    if (wrong !== undefined && 'hangUp' in wrong) return void response.destroy();
    if (wrong !== undefined && 'status' in wrong) return refuse(response, { code: 'server_error', ...wrong });
    if (wrong !== undefined && 'slowMs' in wrong) {
      const gone = once(response, 'close');
      await Promise.race([pause(wrong.slowMs, undefined, { ref: false }), gone]);
      if (response.destroyed) return;
    }
    const data = chat ? dataOf(body) : {};
    const { passage = '' } = data;
    const input = (body['input'] ?? []) as readonly string[];
    this.asked.push({ path, body, data, passage, input });
    const sent = chat ? this.completion(body, data, wrong) : embeddingsOf(body, input, wrong);
    response.setHeader('content-type', 'application/json');
    if (wrong !== undefined && 'begins' in wrong) return beginOnly(response, wrong);
    response.end(wrong !== undefined && 'body' in wrong ? wrong.body : JSON.stringify(sent));
  }

  private problemOf(chat: boolean, path: string, body: Readonly<Record<string, unknown>>): Refusal {
    if (chat) return chatProblem(body, chatModels);
    if (path.endsWith('/embeddings')) return embeddingProblem(body, Object.keys(dimensionsOf));
    return { status: 404, code: 'unknown_url' };
  }

  private completion(
    body: Readonly<Record<string, unknown>>,
    { names, passage = '' }: ChatData,
    wrong: Misbehaviour | undefined,
  ): unknown {
    const answer = (): unknown => (names === undefined ? this.answer(passage) : this.choose(names));
    const said = wrong !== undefined && 'content' in wrong ? wrong : { content: JSON.stringify(answer()) };
    const prompt = JSON.stringify(body['messages']) + JSON.stringify(body['response_format']);
    const usage = { prompt_tokens: countTokens(prompt), completion_tokens: countTokens(said.content ?? '') };
    const { refusal = null, finish = 'stop' } = said as { refusal?: string; finish?: string };
    const message = { role: 'assistant', content: said.content, refusal };
    const choices = [{ index: 0, message, finish_reason: finish, logprobs: null }];
    return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: body['model'], choices, usage };
  }
}

/** Persons and organisations that stand as two capitalised words, and that the first of them works for the second. */
function pairsIn(passage: string): unknown {
  const names = [...new Set(passage.match(/\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+/gu) ?? [])].slice(0, 2);
  const entities = names.map((name) => ({ name, type: 'Organization', aliases: [], summary: null }));
  const [source, target] = names;
  if (source === undefined || target === undefined) return { entities, facts: [] };
  const evidence = passage.slice(passage.indexOf(source), passage.indexOf(target) + target.length);
  const dates = { valid_from: null, valid_until: null };
  return { entities, facts: [{ source, relation: 'WORKS_WITH', target, evidence, ...dates }] };
}

function firstOffered(names: readonly AskedName[]): unknown {
  return { choices: names.map(({ number }) => ({ name: number, candidate: 1 })) };
}

type ChatData = Readonly<Record<string, unknown>> & {
  readonly passage?: string;
  readonly names?: readonly AskedName[];
};

function dataOf({ messages }: Readonly<Record<string, unknown>>): ChatData {
  const user = (messages as { role: string; content: string }[]).find(({ role }) => role === 'user');
  return JSON.parse(user?.content ?? '{}') as ChatData;
}

/** Vectors that follow from the text, not of length 1, so that nobody relies on that. */
function embeddingsOf(
  body: Readonly<Record<string, unknown>>,
  input: readonly string[],
  wrong: Misbehaviour | undefined,
): unknown {
  const natural = dimensionsOf[String(body['model'])] ?? 0;
  const dimensions = wrong !== undefined && 'dimensions' in wrong ? wrong.dimensions : (body['dimensions'] ?? natural);
  const data = input.map((text, index) => ({
    object: 'embedding',
    index,
    embedding: vector(text, Number(dimensions)),
  }));
  const tokens = input.reduce((sum, text) => sum + countTokens(text), 0);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  // The order is the index's, not the list's.
  return { object: 'list', model: body['model'], data: data.reverse(), usage };
}

function vector(text: string, dimensions: number): number[] {
  const seed = createHash('sha256').update(text).digest();
  return Array.from({ length: dimensions }, (_, at) => (seed[at % seed.length] ?? 0) - 127.5);
}

type Refused = {
  readonly status: number;
  readonly code?: string;
  readonly param?: string | null;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

const incorrect = `Incorrect: ${apiKey} is not what was expected`;

function refuse(
  response: ServerResponse,
  { status, code, param = null, message = incorrect, headers = {} }: Refused,
): void {
  const error = { message, type: 'invalid_request_error', param, code };
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error }));
}

async function beginOnly(
  response: ServerResponse,
  { begins, then }: { readonly begins: string; readonly then: 'stall' | 'break' },
): Promise<void> {
  const gone = once(response, 'close');
  await new Promise((written) => response.write(begins, written));
  if (then === 'break') response.destroy();
  await gone;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
