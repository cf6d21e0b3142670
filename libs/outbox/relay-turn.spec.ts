import { beforeEach, describe, expect, it } from '@jest/globals';

import { PermanentFailure, TransientFailure } from '#failure';

import type { RawRecord } from './raw-publisher.js';
import { relayTurn, type OutboxRow, type RelayTurn, type TurnEnd } from './relay-turn.js';

const tooLarge = new PermanentFailure('too large', { reason: 'message-too-large' });
const away = new TransientFailure('away', { reason: 'broker-unavailable' });

/** A row by its id and the key it belongs to. */
function aRow(id: string, key: string, held = false): OutboxRow {
  return { id, key, topic: 'saga', value: Buffer.from(id), headers: {}, held };
}

describe('a turn of the relay', () => {
  let rows: OutboxRow[];
  let log: string[];
  let held: string[];
  /** Ids of rows that are refused. */
  let refusedIds: Set<string>;
  let letters: string[];

  beforeEach(() => {
    [rows, log, held, letters] = [[], [], [], []];
    refusedIds = new Set();
  });

  /** Takes all but refused ones and those behind them of their key, as a publisher does. */
  function publish(records: readonly RawRecord[]): Promise<void> {
    const refusedKeys = new Set<string>();
    for (const { key, value } of records) {
      if (refusedIds.has(value.toString())) refusedKeys.add(key);
      else if (!refusedKeys.has(key)) log.push(value.toString());
    }
    return refusedKeys.size > 0 ? Promise.reject(tooLarge) : Promise.resolve();
  }

  function turn(overrides: Partial<RelayTurn> = {}): Promise<TurnEnd> {
    const read = (): Promise<OutboxRow[]> => Promise.resolve(rows);
    const remove = (gone: readonly OutboxRow[]): Promise<void> => {
      rows = rows.filter((row) => !gone.includes(row));
      return Promise.resolve();
    };
    const hold = ({ id }: OutboxRow): Promise<void> => Promise.resolve(void held.push(id));
    const refused = (): undefined => undefined;
    return relayTurn({ read, remove }, { batchSize: 10, publish, refused, hold, ...overrides });
  }

  it('holds a refused row, lets what is behind it of its key wait, and gets all others off', async () => {
    rows = [aRow('1', 'a'), aRow('2', 'b'), aRow('3', 'a'), aRow('4', 'c')];
    refusedIds.add('1');

    expect(await turn()).toBe('done');

    expect(held).toEqual(['1']);
    expect(rows.map(({ id }) => id)).toEqual(['1', '3']);
    expect([...new Set(log)]).toEqual(['2', '4']);
  });

  it('tries a held row alone, so that no other one is sent twice for it', async () => {
    rows = [aRow('1', 'a', true), aRow('2', 'b'), aRow('3', 'a')];
    refusedIds.add('1');

    expect(await turn()).toBe('done');

    expect({ held, log, left: rows.map(({ id }) => id) }).toEqual({ held: ['1'], log: ['2'], left: ['1', '3'] });
  });

  it('sends a held row before what is behind it once it is taken', async () => {
    rows = [aRow('1', 'a'), aRow('2', 'b', true), aRow('3', 'b')];

    expect(await turn()).toBe('done');

    expect({ held, log, rows }).toEqual({ held: [], log: ['2', '1', '3'], rows: [] });
  });

  it('says otherwise what may be given up, and holds it if that is refused, too', async () => {
    rows = [aRow('1', 'a'), aRow('2', 'b')];
    refusedIds.add('1').add('2').add('letter 2');
    const refused = ({ id, key }: OutboxRow): RawRecord[] => {
      letters.push(id);
      return [aRow(`letter ${id}`, key)];
    };

    expect(await turn({ refused })).toBe('done');

    expect({ letters, log, held }).toEqual({ letters: ['1', '2'], log: ['letter 1'], held: ['2'] });
  });

  it('leaves everything where it is while the log is away', async () => {
    rows = [aRow('1', 'a', true), aRow('2', 'b')];

    expect(await turn({ publish: () => Promise.reject(away) })).toBe(away);

    expect(rows).toHaveLength(2);
    expect(held).toEqual([]);
  });
});
