import type { ServerResponse } from 'node:http';

import type { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

/** Whose sessions they are, whatever keys or tokens they were begun with, and how many of them there may be. */
export interface Owner {
  readonly id: string;
  readonly sessionsMax: number;
}

/** What one client began. */
export interface Session {
  readonly owner: Owner;
  /** A digest of the key or token it was begun with: whoever else knows its id gets nowhere with it. */
  readonly holder: string;
  readonly transport: StreamableHTTPServerTransport;
}

export interface SessionBounds {
  readonly sessionsMax: number;
  /** How long one is kept that nobody uses: most clients go without a word. */
  readonly idleMs: number;
}

/** Why there is no room for one more. */
export interface NoRoom {
  readonly status: 429 | 503;
  readonly message: string;
}

interface Use {
  /** How many requests are being answered; an open stream is one of them. */
  answering: number;
  timer?: NodeJS.Timeout;
}

/** The sessions of all clients, as many as there may be. One is in use while anything of it is being answered. */
export class Sessions {
  /** Of those that are idle, the one that has been so for longest comes first. */
  private readonly uses = new Map<Session, Use>();

  constructor(private readonly bounds: SessionBounds) {}

  find(id: unknown, holder: string): Session | undefined {
    return [...this.uses.keys()].find((session) => session.transport.sessionId === id && session.holder === holder);
  }

  /** Keeps one more, for which the longest idle one makes room if need be; says so if there is none to do that. */
  keep(session: Session): NoRoom | undefined {
    const { id, sessionsMax } = session.owner;
    const own = [...this.uses.keys()].filter(({ owner }) => owner.id === id);
    if (own.length >= sessionsMax && !this.makeRoom(own)) {
      return { status: 429, message: 'too many sessions of this caller; end one' };
    }
    if (this.uses.size >= this.bounds.sessionsMax && !this.makeRoom([...this.uses.keys()])) {
      return { status: 503, message: 'too many sessions' };
    }
    this.uses.set(session, { answering: 0 });
    session.transport.onclose = () => this.forget(session);
    return undefined;
  }

  /** Holds a session in use until a response of it is sent, or nobody waits for it any more. */
  use(session: Session, response: ServerResponse): void {
    const use = this.uses.get(session);
    if (use === undefined) return;
    clearTimeout(use.timer);
    use.answering += 1;
    whenOver(response, () => {
      use.answering -= 1;
      if (use.answering === 0 && this.uses.get(session) === use) this.rest(session, use);
    });
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.uses.keys()].map(({ transport }) => transport.close()));
  }

  private makeRoom(sessions: readonly Session[]): boolean {
    const idle = sessions.find((session) => this.uses.get(session)?.answering === 0);
    if (idle === undefined) return false;
    this.end(idle);
    return true;
  }

  private rest(session: Session, use: Use): void {
    // What asked for something else than to begin has begun nothing.
    if (session.transport.sessionId === undefined) return this.end(session);
    this.uses.delete(session);
    this.uses.set(session, use);
    use.timer = setTimeout(() => this.end(session), this.bounds.idleMs).unref();
  }

  private end(session: Session): void {
    this.forget(session);
    void session.transport.close();
  }

  private forget(session: Session): void {
    clearTimeout(this.uses.get(session)?.timer);
    this.uses.delete(session);
  }
}

/** Responses that wait for others of their connection are not told if it breaks, so both are listened to. */
function whenOver(response: ServerResponse, then: () => void): void {
  const { socket } = response.req;
  let isOver = false;
  const over = (): void => {
    // Both say so if the connection breaks, and what is taken off meanwhile is called all the same.
    if (isOver) return;
    isOver = true;
    response.off('close', over);
    socket.off('close', over);
    then();
  };
  response.once('close', over);
  socket.once('close', over);
  if (response.destroyed || socket.destroyed) over();
}
