import { documentKey, topicOfEvent, topics, type Emission } from '#events';
import { TransientFailure } from '#failure';

import { relayTurn, type OutboxRow, type OutboxRows } from '../../libs/outbox/relay-turn.js';
import type { Announcement } from '../checker/index.js';

/** What goes wrong with one turn of the relay. `ack-lost`: the log took the rows, the relay doesn't know. */
export type RelayFault = 'none' | 'log-away' | 'ack-lost' | 'in-part' | 'crash-before-remove';

interface SimulatedRow extends OutboxRow {
  readonly said: Emission;
  /** Whoever says it: rows of one document by one sayer stand behind one another on a lock. */
  readonly by: string;
}

const away = new TransientFailure('the log is away', { reason: 'broker-unavailable' });
const crash = new TransientFailure('the relay died', { reason: 'crash' });
const nothing = Buffer.alloc(0);

/** The outbox table: identities are given at the insert, rows show at the commit, which may come in another order. */
export class SimulatedOutbox implements OutboxRows {
  readonly committed: Announcement[] = [];
  readonly published: Announcement[] = [];
  private visible: SimulatedRow[] = [];
  private lastId = 0;
  private fault: RelayFault = 'none';

  private readonly rows: OutboxRows;

  /** @param seen what the relay reads; a mutant reads something else. */
  constructor(
    private readonly publish: (emissions: readonly Emission[]) => void,
    seen: (outbox: OutboxRows) => OutboxRows = (outbox) => outbox,
  ) {
    this.rows = seen(this);
  }

  /** Goes on where another one stands. */
  takeOver({ committed, published, visible, lastId }: SimulatedOutbox): void {
    this.committed.push(...committed);
    this.published.push(...published);
    this.visible = visible;
    this.lastId = lastId;
  }

  /** Takes identities for events of a transaction that is still open. */
  insert(said: readonly Emission[], by: 'api' | 'ledger' | 'writer-postgres'): readonly OutboxRow[] {
    return said.map((one): SimulatedRow => {
      this.lastId += 1;
      const topic = topics[topicOfEvent[one.type]].name;
      const id = String(this.lastId);
      return { id, topic, key: documentKey(one.payload), value: nothing, headers: {}, said: one, by };
    });
  }

  commit(rows: readonly OutboxRow[]): void {
    const made = rows as readonly SimulatedRow[];
    for (const { id, key, by } of made) this.committed.push({ id, key: `${key} by ${by}` });
    this.visible = [...this.visible, ...made].sort((a, b) => Number(a.id) - Number(b.id));
  }

  /** What was committed and is not on the log yet. */
  get unsent(): readonly Emission[] {
    return this.visible.map(({ said }) => said);
  }

  get waiting(): number {
    return this.visible.length;
  }

  /** Lets the relay carry rows to the log. */
  async relay(fault: RelayFault, batchSize: number): Promise<void> {
    this.fault = fault;
    const publish = (records: readonly object[]): Promise<void> => this.append(records as readonly SimulatedRow[]);
    const refused = (row: OutboxRow): OutboxRow[] => [row];
    const hold = (): Promise<void> => Promise.reject(new Error('this log refuses nothing'));
    await relayTurn(this.rows, { batchSize, publish, refused, hold }).catch(() => undefined);
  }

  read(limit: number): Promise<readonly OutboxRow[]> {
    return Promise.resolve(this.visible.slice(0, limit));
  }

  remove(rows: readonly OutboxRow[]): Promise<void> {
    if (this.fault === 'crash-before-remove') return Promise.reject(crash);
    const gone = new Set(rows.map(({ id }) => id));
    this.visible = this.visible.filter(({ id }) => !gone.has(id));
    return Promise.resolve();
  }

  private append(rows: readonly SimulatedRow[]): Promise<void> {
    if (this.fault === 'log-away') return Promise.reject(away);
    const taken = this.fault === 'in-part' ? rows.slice(0, Math.ceil(rows.length / 2)) : rows;
    for (const { id, key, by } of taken) this.published.push({ id, key: `${key} by ${by}` });
    this.publish(taken.map(({ said }) => said));
    return this.fault === 'ack-lost' || this.fault === 'in-part' ? Promise.reject(away) : Promise.resolve();
  }
}
