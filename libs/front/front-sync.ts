import type { Pool } from 'pg';

import { oneAtATime } from '#database';
import { PermanentFailure, TransientFailure } from '#failure';
import type { FrontApi } from '#pipeline/stager';
import type { Log } from '#telemetry';

import { conversationsIn, type FrontChange, type FrontChanges } from './front-changes.js';
import type { FrontCursors } from './front-cursor.js';
import { syncConversation, type ConversationSynced, type SyncPorts } from './sync-conversation.js';

export interface FrontSyncOptions extends SyncPorts {
  readonly pool: Pool;
  readonly cursors: FrontCursors;
  readonly changes: FrontChanges;
  readonly log: Log;
  readonly nowMs: () => number;
}

/** What came of one turn. */
export interface FrontTurn extends ConversationSynced {
  readonly conversations: number;
  /** Conversations that could not be read; they are tried again, or given up with a reason in the table. */
  readonly failed: number;
}

/** Clocks differ, and an event may be listed a little later than it says it happened. */
const overlapSeconds = 60;
/** After so many failures one after another it is Front that is away, not a conversation that is bad. */
const failuresInRowMax = 3;

/**
 * Reads a Front account into documents. A turn notes which conversations changed (at first all there are, page by page,
 * then those that events speak of; webhooks note theirs by themselves), and looks at each that is noted. All that it
 * knows is in PostgreSQL, page by page, so it goes on where it was stopped.
 */
export class FrontSync {
  constructor(private readonly options: FrontSyncOptions) {}

  /** Undefined if another process is at it. @throws TransientFailure or PermanentFailure if Front can't be asked. */
  async turn(signal: AbortSignal): Promise<FrontTurn | undefined> {
    const { pool, namespace } = this.options;
    return oneAtATime(pool, `penstock.front/${namespace}`, async (lost) => {
      const both = AbortSignal.any([signal, lost]);
      await this.crawl(both);
      await this.hear(both);
      return this.work(both);
    });
  }

  /** Has the next turn look at everything there is, and at everything there was. */
  async restart(): Promise<void> {
    const { changes, cursors } = this.options;
    await cursors.restart();
    await changes.noteKnown();
  }

  /** Where everything is to be looked at again meanwhile, the next turn begins with that. */
  private async crawl(signal: AbortSignal): Promise<void> {
    const { changes, cursors, nowMs } = this.options;
    const { crawled, crawl, crawlNext } = await cursors.open(nowMs() / 1000 - overlapSeconds);
    let next = crawlNext;
    let isOver = crawled;
    while (!isOver) {
      const page = await this.listed(next, signal);
      await changes.note(page.results.map(({ id }) => id));
      next = page.next ?? null;
      const counts = await cursors.crawledTo(next, crawl);
      isOver = next === null || !counts;
    }
  }

  /** A page of the list; the first one if the page where an earlier turn stopped is not to be had any more. */
  private async listed(next: string | null, signal: AbortSignal): ReturnType<FrontApi['conversations']> {
    const { api, log } = this.options;
    try {
      return await api.conversations(next ?? undefined, signal);
    } catch (error) {
      const isLost = error instanceof PermanentFailure && !isRefusal(error);
      if (next === null || !isLost) throw error;
      log.warn({ reason: error.reason }, 'the list of conversations of Front is read from its start again');
      return api.conversations(undefined, signal);
    }
  }

  /** The cursor moves once all pages are noted: they come newest first. */
  private async hear(signal: AbortSignal): Promise<void> {
    const { api, changes, cursors, nowMs } = this.options;
    const { eventsAfter } = await cursors.open(nowMs() / 1000);
    let newest = eventsAfter;
    let next: string | undefined;
    do {
      const page = await api.events(eventsAfter - overlapSeconds, next, signal);
      const heard = page.results.filter(({ emitted_at: at }) => typeof at === 'number' && at > 0);
      const fresh = heard.filter(({ emitted_at: at }) => (at ?? 0) > eventsAfter - overlapSeconds);
      await changes.note(fresh.flatMap(({ conversation, target }) => conversationsIn([conversation, target])));
      newest = Math.max(newest, ...heard.map(({ emitted_at: at }) => at ?? 0));
      next = page.next;
    } while (next !== undefined);
    await cursors.heardTo(Math.min(newest, nowMs() / 1000));
  }

  private async work(signal: AbortSignal): Promise<FrontTurn> {
    const { changes } = this.options;
    const turn = { conversations: 0, failed: 0, submitted: 0, unchanged: 0, retracted: 0 };
    let failuresInRow = 0;
    for (let change = await changes.next(); change !== undefined; change = await changes.next()) {
      signal.throwIfAborted();
      const synced = await this.lookAt(change, signal);
      failuresInRow = synced === undefined ? failuresInRow + 1 : 0;
      if (synced === undefined) turn.failed += 1;
      else {
        turn.conversations += 1;
        turn.submitted += synced.submitted;
        turn.unchanged += synced.unchanged;
        turn.retracted += synced.retracted;
      }
      if (failuresInRow === failuresInRowMax) break;
    }
    return turn;
  }

  /** A conversation that fails stands back behind the others; one that never can be read is given up. */
  private async lookAt(change: FrontChange, signal: AbortSignal): Promise<ConversationSynced | undefined> {
    const { changes, log } = this.options;
    try {
      const synced = await syncConversation(this.options, change, signal);
      await changes.done(change);
      return synced;
    } catch (error) {
      if (!(error instanceof PermanentFailure || error instanceof TransientFailure) || signal.aborted) throw error;
      if (error.reason === 'front-refused' || error.reason === 'postgres-unavailable') throw error;
      const { reason } = error;
      log.warn({ conversationId: change.conversationId, reason }, 'a conversation of Front could not be read');
      await changes.failed(change, error instanceof PermanentFailure ? reason : undefined);
      return undefined;
    }
  }
}

/** Whether the token is at fault, and not what was asked for. */
function isRefusal({ reason }: PermanentFailure): boolean {
  return reason === 'front-refused' || reason === 'front-forbidden';
}
