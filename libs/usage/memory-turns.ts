import { randomUUID } from 'node:crypto';

import { Turns, turnWaitMs, type TurnAnswer, type TurnRequest } from './turns.js';

interface Turn {
  readonly beganMs: number;
  tokens: number;
  runningUntilMs: number;
}

const windowMs = 60_000;

/** Turns of one process: for tests. Same contract as the table. */
export class MemoryTurns extends Turns {
  private readonly models = new Map<string, Map<string, Turn>>();
  private readonly blockedUntilMs = new Map<string, number>();

  constructor(private readonly nowMs: () => number) {
    super();
  }

  override async take(request: TurnRequest): Promise<TurnAnswer> {
    const nowMs = this.nowMs();
    const turns = this.turnsOf(request.model);
    for (const [id, turn] of turns) {
      if (turn.beganMs <= nowMs - windowMs && turn.runningUntilMs <= nowMs) turns.delete(id);
    }
    const lastMinute = [...turns.values()].filter(({ beganMs }) => beganMs > nowMs - windowMs);
    const waitMs = turnWaitMs(
      {
        running: [...turns.values()].filter(({ runningUntilMs }) => runningUntilMs > nowMs).length,
        requests: lastMinute.length,
        tokens: lastMinute.reduce((sum, { tokens }) => sum + tokens, 0),
        oldestMs: nowMs - Math.min(nowMs, ...lastMinute.map(({ beganMs }) => beganMs)),
        blockedMs: (this.blockedUntilMs.get(request.model) ?? 0) - nowMs,
      },
      request,
    );
    if (waitMs > 0) return { waitMs };
    const turn = randomUUID();
    turns.set(turn, { beganMs: nowMs, tokens: request.tokens, runningUntilMs: nowMs + request.leaseMs });
    return { turn };
  }

  override async end(model: string, turn: string, tokens: number | undefined): Promise<void> {
    const ended = this.turnsOf(model).get(turn);
    if (ended === undefined) return;
    ended.runningUntilMs = this.nowMs();
    ended.tokens = tokens ?? ended.tokens;
  }

  override async block(model: string, forMs: number): Promise<void> {
    const until = Math.max(this.blockedUntilMs.get(model) ?? 0, this.nowMs() + forMs);
    this.blockedUntilMs.set(model, until);
  }

  private turnsOf(model: string): Map<string, Turn> {
    const turns = this.models.get(model) ?? new Map<string, Turn>();
    this.models.set(model, turns);
    return turns;
  }
}
