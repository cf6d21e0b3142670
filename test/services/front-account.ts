import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as Front gives it; the tests name only what they are about. */
export interface AccountMessage {
  readonly id: string;
  readonly [field: string]: unknown;
}

export interface AccountConversation {
  readonly id: string;
  readonly subject: string;
  status: string;
  messages: AccountMessage[];
}

interface AccountEvent {
  readonly id: string;
  readonly type: string;
  readonly emitted_at: number;
  readonly conversation: { readonly id: string };
  readonly target: unknown;
}

interface Request {
  readonly path: string;
  readonly authorization: string | undefined;
}

const notFound = { _error: { status: 404, title: 'Not found' } };

/**
 * A Front account behind a server that answers as Front's API is documented: bearer token, lists in pages with the
 * company's own host in their links, limits by the minute, attachments that lie on another host.
 */
export class FrontAccount {
  readonly token = 'front-token-7f3a-secret';
  readonly conversations = new Map<string, AccountConversation>();
  readonly files = new Map<string, Buffer>();
  readonly events: AccountEvent[] = [];
  readonly requests: Request[] = [];
  /** What was asked of the host of the files. */
  readonly storageRequests: Request[] = [];
  pageSize = 2;
  /** What the host of the files answers for those it has. */
  filesStatus = 200;
  /** May answer a request in the account's place. */
  trouble: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  private readonly api = createServer((request, response) => this.answer(request, response));
  private readonly storage = createServer((request, response) => this.give(request, response));
  private count = 0;

  get address(): string {
    return addressOf(this.api);
  }

  get storagePort(): number {
    return (this.storage.address() as AddressInfo).port;
  }

  async start(): Promise<void> {
    for (const server of [this.api, this.storage]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
  }

  async stop(): Promise<void> {
    for (const server of [this.api, this.storage]) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  }

  /** Adds a message to a conversation, which it begins if there is none, and the event that tells of it. */
  receive(conversationId: string, message: Partial<AccountMessage> & { readonly id: string }): AccountMessage {
    const subject = typeof message['subject'] === 'string' ? message['subject'] : 'A question';
    const conversation = this.conversations.get(conversationId) ?? {
      ...{ id: conversationId, subject, status: 'unassigned', messages: [] },
    };
    const whole: AccountMessage = {
      ...{ type: 'email', is_inbound: true, draft_mode: null, subject, text: null, author: null, attachments: [] },
      created_at: 1_700_000_000.123 + this.count,
      recipients: [
        { name: 'Maria Keller', handle: 'maria@globex.example', role: 'from' },
        { name: null, handle: 'support@acme.example', role: 'to' },
      ],
      ...message,
    };
    conversation.messages.push(whole);
    this.conversations.set(conversationId, conversation);
    this.happen('inbound', conversationId, { _meta: { type: 'message' }, data: { id: whole.id } });
    return whole;
  }

  /** Adds a file and describes it as an attachment. */
  attach(id: string, filename: string, bytes: Buffer, contentType = 'text/plain'): Readonly<Record<string, unknown>> {
    this.files.set(id, bytes);
    const url = `https://acme.api.frontapp.com/download/${id}`;
    return { id, url, filename, content_type: contentType, size: bytes.length, metadata: { is_inline: false } };
  }

  trash(conversationId: string): void {
    const conversation = this.conversations.get(conversationId);
    if (conversation !== undefined) conversation.status = 'deleted';
    this.happen('trash', conversationId, null);
  }

  happen(type: string, conversationId: string, target: unknown): void {
    this.count += 1;
    const emitted = Date.now() / 1000 + this.count / 1000;
    this.events.push({
      id: `evt_${this.count}`,
      type,
      emitted_at: emitted,
      conversation: { id: conversationId },
      target,
    });
  }

  asked(path: string): number {
    return this.requests.filter((request) => request.path.startsWith(path)).length;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.address);
    this.requests.push({ path: `${url.pathname}${url.search}`, authorization: request.headers.authorization });
    if (this.trouble(request, response)) return;
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return json(response, 401, { _error: { status: 401 } });
    const [, kind = '', id = '', part] = url.pathname.split('/');
    if (kind === 'events') return this.page(response, url, this.heard(url));
    if (kind === 'conversations' && id === '') return this.page(response, url, [...this.conversations.values()]);
    if (kind === 'download') return this.redirect(response, id);
    const conversation = this.conversations.get(id);
    if (kind === 'conversations' && conversation !== undefined) {
      if (part === 'messages') return this.page(response, url, conversation.messages);
      const { messages: _messages, ...shown } = conversation;
      return json(response, 200, shown);
    }
    const message = [...this.conversations.values()].flatMap(({ messages }) => messages).find((one) => one.id === id);
    if (kind === 'messages' && message !== undefined) return json(response, 200, message);
    return json(response, 404, notFound);
  }

  private heard(url: URL): AccountEvent[] {
    const after = Number(url.searchParams.get('q[after]') ?? 0);
    const types = url.searchParams.getAll('q[types][]');
    return this.events.filter(({ emitted_at: at, type }) => at > after && types.includes(type)).reverse();
  }

  /** The links name the company's own host, not the one that was asked. */
  private page(response: ServerResponse, url: URL, all: readonly object[]): void {
    const from = Number(url.searchParams.get('page_token') ?? 0);
    const results = all.slice(from, from + this.pageSize);
    const next = new URL(url.pathname + url.search, 'https://acme.api.frontapp.com');
    next.searchParams.set('page_token', String(from + this.pageSize));
    const link = from + this.pageSize < all.length ? next.href : null;
    json(response, 200, { _pagination: { next: link }, _links: { self: url.href }, _results: results });
  }

  private redirect(response: ServerResponse, id: string): void {
    if (!this.files.has(id)) return json(response, 404, notFound);
    response.writeHead(302, { location: `${addressOf(this.storage)}/${id}?signature=abc` }).end();
  }

  private give(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    this.storageRequests.push({ path, authorization: request.headers.authorization });
    const file = this.files.get(path.slice(1).replace(/\?.*$/u, ''));
    const status = file === undefined ? 404 : this.filesStatus;
    response.writeHead(status).end(status === 200 ? file : undefined);
  }
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  const limits = { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '49', 'x-ratelimit-reset': '1700000000.5' };
  response.writeHead(status, { 'content-type': 'application/json', ...limits }).end(JSON.stringify(body));
}
