import type { Readable } from 'node:stream';

import { Agent, request, type Dispatcher } from 'undici';

import { PermanentFailure, TransientFailure } from '#failure';

import { checkedUrl, guardedLookup, type AddressPolicy, type ResolveAll } from '../address-guard.js';
import { headerOf } from '../http-body.js';
import { statusFailure } from '../http-failure.js';
import {
  checked,
  checkedAnswer,
  fail,
  isRedirect,
  parsed,
  pathOf,
  pause,
  unlessGone,
  unreadable,
  waitAfterMs,
} from './front-answer.js';
import type { FrontConversation, FrontEvent, FrontMessage, FrontPage } from './front-resources.js';

export interface FrontOptions extends AddressPolicy {
  /** Where Front's API is; nothing else is ever shown the token. */
  readonly baseUrl: string;
  readonly token: string;
  /** Limit for one answer. */
  readonly timeoutMs: number;
  readonly resolve?: ResolveAll;
  /** How often a request is made again that Front puts off or fails; without it the caller is told at once. */
  readonly triesMax?: number;
}

const answerBytesMax = 32 * 1024 * 1024;
const redirectsMax = 3;
const pageSize = 100;
/** Front gives no more events at once. */
const eventsPageSize = 15;
/** Front counts requests by the minute. */
const waitMsMax = 120_000;

/** Event types after which the messages of a conversation may be others than before. */
const telling = ['inbound', 'outbound', 'out_reply', 'trash', 'restore', 'conversations_merged'];

/** Front's public REST API, as far as it is read. Every error is a failure already. */
export class FrontApi {
  /** Front said that no request is left before this moment, in milliseconds since the epoch. */
  private emptyUntilMs = 0;
  private readonly base: URL;
  private readonly agent: Agent;
  private readonly downloads: Agent;

  constructor(private readonly options: FrontOptions) {
    this.base = new URL(options.baseUrl);
    const timeouts = { headersTimeout: options.timeoutMs, bodyTimeout: options.timeoutMs };
    this.agent = new Agent({ connect: { timeout: options.timeoutMs }, ...timeouts });
    const lookup = guardedLookup(options, options.resolve);
    this.downloads = new Agent({ connect: { lookup, timeout: options.timeoutMs }, ...timeouts });
  }

  /** Undefined if Front has no such conversation, or has no more. */
  async conversation(id: string, signal: AbortSignal): Promise<FrontConversation | undefined> {
    return unlessGone(this.get<FrontConversation>(`/conversations/${id}`, signal));
  }

  async message(id: string, signal: AbortSignal): Promise<FrontMessage | undefined> {
    return unlessGone(this.get<FrontMessage>(`/messages/${id}`, signal));
  }

  conversations(next: string | undefined, signal: AbortSignal): Promise<FrontPage<FrontConversation>> {
    return this.page(next ?? `/conversations?limit=${pageSize}`, signal);
  }

  /** What happened after a moment, in seconds since the epoch; newest first. */
  events(afterSeconds: number, next: string | undefined, signal: AbortSignal): Promise<FrontPage<FrontEvent>> {
    const types = telling.map((type) => `&q[types][]=${type}`).join('');
    const first = `/events?limit=${eventsPageSize}&q[after]=${afterSeconds.toFixed(3)}${types}`;
    return this.page(next ?? first, signal);
  }

  /** Messages of a conversation, oldest first as far as Front honours the order that is asked for. */
  async *messages(conversationId: string, signal: AbortSignal): AsyncGenerator<FrontMessage> {
    const order = `limit=${pageSize}&sort_by=created_at&sort_order=asc`;
    let next: string | undefined = `/conversations/${conversationId}/messages?${order}`;
    while (next !== undefined) {
      const page: FrontPage<FrontMessage> = await this.page<FrontMessage>(next, signal);
      yield* page.results;
      next = page.next;
    }
  }

  /**
   * The bytes of an attachment; undefined if it is gone. Front may send on to where its files lie: that place is
   * checked like any address on the web, and is not shown the token.
   */
  async download(id: string, signal: AbortSignal): Promise<Readable | undefined> {
    return unlessGone(this.downloaded(id, signal));
  }

  private async downloaded(id: string, signal: AbortSignal): Promise<Readable> {
    let response = await this.ask(this.urlOf(`/download/${id}`), '*/*', signal);
    let from = this.base;
    for (let hop = 0; isRedirect(response); hop += 1) {
      const target = headerOf(response.headers, 'location');
      await response.body.dump();
      if (target === undefined || hop === redirectsMax) throw statusFailure(response.statusCode, undefined);
      from = checkedUrl(target, from, this.options);
      response = checked(await this.follow(from, signal));
    }
    return response.body;
  }

  private async follow(url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const asked = request(url, { dispatcher: this.downloads, signal: this.limited(signal), method: 'GET' });
    const response = await asked.catch(fail);
    response.body.on('error', () => undefined);
    return response;
  }

  private async page<T>(path: string, signal: AbortSignal): Promise<FrontPage<T>> {
    const answer = await this.get<{ _results?: unknown; _pagination?: { next?: unknown } | null }>(path, signal);
    if (!Array.isArray(answer._results)) throw unreadable();
    const next = answer._pagination?.next;
    return { results: answer._results as T[], next: typeof next === 'string' ? pathOf(next) : undefined };
  }

  private async get<T>(path: string, signal: AbortSignal): Promise<T> {
    const response = await this.ask(this.urlOf(path), 'application/json', signal);
    if (isRedirect(response)) {
      await response.body.dump();
      throw unreadable();
    }
    const pieces: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const piece of response.body as AsyncIterable<Buffer>) {
        bytes += piece.length;
        if (bytes > answerBytesMax) throw new PermanentFailure('Front answers too much', { reason: 'too-large' });
        pieces.push(piece);
      }
    } catch (error) {
      return fail(error);
    }
    return parsed(Buffer.concat(pieces)) as T;
  }

  /** Asks, and asks again where the settings allow it: no sooner than Front wants. */
  private async ask(url: URL, accept: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const triesMax = this.options.triesMax ?? 1;
    for (let tries = 1; ; tries += 1) {
      if (triesMax > 1) await pause(Math.min(this.emptyUntilMs - Date.now(), waitMsMax), signal);
      try {
        return await this.askOnce(url, accept, signal);
      } catch (error) {
        if (!(error instanceof TransientFailure) || tries >= triesMax || signal.aborted) throw error;
        await pause(waitAfterMs(tries, error.retryAfterMs), signal);
      }
    }
  }

  private async askOnce(url: URL, accept: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const headers = { authorization: `Bearer ${this.options.token}`, accept, 'user-agent': 'penstock' };
    const asked = request(url, { dispatcher: this.agent, headers, signal: this.limited(signal), method: 'GET' });
    const response = await asked.catch(fail);
    response.body.on('error', () => undefined);
    const left = headerOf(response.headers, 'x-ratelimit-remaining');
    const resetsAtMs = Number(headerOf(response.headers, 'x-ratelimit-reset') ?? 0) * 1000;
    this.emptyUntilMs = left === '0' && Number.isFinite(resetsAtMs) ? resetsAtMs : 0;
    return checkedAnswer(response);
  }

  /** Every path is one of this API, whatever host an answer puts before it: the token goes nowhere else. */
  private urlOf(path: string): URL {
    const url = new URL(this.base);
    const [pathname = '', search = ''] = path.split(/\?(.*)/su);
    url.pathname = `${this.base.pathname.replace(/\/$/u, '')}${pathname}`;
    url.search = search;
    return url;
  }

  private limited(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(this.options.timeoutMs)]);
  }
}
