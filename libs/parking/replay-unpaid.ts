import type { DeadLetterReader, DeadLetterReplay } from '#dead-letters';
import type { Log } from '#telemetry';
import { isExhausted, type BudgetRules, type UsageBook } from '#usage';

export interface ReplayUnpaidOptions {
  readonly letters: Pick<DeadLetterReader, 'unpaidNamespaces'>;
  readonly replay: Pick<DeadLetterReplay, 'replayMany'>;
  readonly book: Pick<UsageBook, 'account'>;
  readonly rules: Pick<BudgetRules, 'defaultBudgets'>;
  readonly log: Log;
}

/** Of a namespace in one turn: if they use up its budget again, most of the others are still letters. */
const lettersPerTurn = 50;

/**
 * Replays what was given up as its namespace had no money for longer than parts may wait, once there is some. A letter
 * that is refused, e.g. as a newer version came, is asked again only after all others.
 */
export class ReplayUnpaid {
  /** Where to go on, by namespace. */
  private readonly cursors = new Map<string, string>();

  constructor(private readonly options: ReplayUnpaidOptions) {}

  /** @throws TransientFailure if a service is away; what was replayed until then stays so. */
  async turn(): Promise<void> {
    const { book, letters, rules } = this.options;
    const namespaces = await letters.unpaidNamespaces();
    for (const known of this.cursors.keys()) if (!namespaces.includes(known)) this.cursors.delete(known);
    for (const namespace of namespaces) {
      if (!isExhausted(await book.account(namespace), rules)) await this.replayOf(namespace);
    }
  }

  private async replayOf(namespace: string): Promise<void> {
    const { log, replay } = this.options;
    const filter = { namespaces: [namespace], reason: 'budget-exhausted' };
    const { items, refused, nextCursor } = await replay.replayMany(filter, lettersPerTurn, this.cursors.get(namespace));
    if (nextCursor === undefined) this.cursors.delete(namespace);
    else this.cursors.set(namespace, nextCursor);
    if (items.length > 0) log.info({ namespace, replayed: items.length, refused: refused.length }, 'replayed unpaid');
  }
}
