import { describe, expect, it } from '@jest/globals';

import { Seeded } from '../chaos/seeded.js';
import {
  allCells,
  cellsNamed,
  endOf,
  endsRole,
  endsWithAll,
  isBeyond,
  isUndo,
  nameOf,
  throwsAlways,
  throwsMax,
  writerRoles,
  type Cell,
} from './cells.js';
import { doublesOf, idInPartition } from './documents.js';
import { meaningOf } from './meanings.js';
import { planWaves } from './plan-waves.js';

const matrix = allCells().filter((one) => !isBeyond(one));
const cell = (name: string): Cell => cellsNamed(name)[0] as Cell;

describe('the matrix of faults', () => {
  it('has 73 points, three operations, three faults and two deliveries', () => {
    expect(new Set(matrix.map(({ role, point }) => `${role} ${point}`)).size).toBe(73);
    expect(matrix).toHaveLength(73 * 3 * 3 * 2);
    expect(new Set(allCells().map(nameOf)).size).toBe(allCells().length);
  });

  it('goes beyond it around the promotion, and with replays by the API', () => {
    expect(allCells().length - matrix.length).toBe(4 * 3 * 2 * 3 * 2 + 5 * 3 * 2);
  });

  it('says of every cell what it does', () => {
    expect(allCells().filter((one) => meaningOf(one).includes(', ;'))).toEqual([]);
  });

  it('expects an abort where somebody gives up before the decision, and nowhere else', () => {
    expect(endOf(cell('parser/P3/create/permanent/once'))).toBe('aborted');
    expect(endOf(cell('writer-redis/P2/update/permanent/twice'))).toBe('aborted');
    expect(endOf(cell('writer-redis/P4/update/permanent/twice'))).toBe('live');
    expect(endOf(cell('ledger/P2/update/permanent/once'))).toBe('live');
    expect(endOf(cell('writer-neo4j/P6/create/kill/once'))).toBe('aborted');
    const deletions = matrix.filter(({ operation }) => operation === 'delete');
    expect([...new Set(deletions.map(endOf))]).toEqual(['retracted', 'refused']);
  });

  it('lets the API refuse what it has not committed, and nobody else', () => {
    const refused = allCells().filter((one) => endOf(one) === 'refused');

    expect(refused).toHaveLength(3 * 4 * 2);
    expect(refused.every(({ role, fault }) => role === 'api' && fault === 'permanent')).toBe(true);
    expect(endOf(cell('api/P4/update/permanent/twice'))).toBe('live');
    expect(throwsMax(cell('api/P5/replay/permanent/twice'))).toBe(3);
  });

  it('lets an error go away where nothing may be given up', () => {
    expect(throwsMax(cell('writer-qdrant/P6/create/permanent/twice'))).toBe(3);
    expect(throwsMax(cell('writer-qdrant/P2/delete/permanent/once'))).toBe(3);
    expect(throwsMax(cell('writer-qdrant/P2/create/permanent/once'))).toBe(throwsAlways);
  });

  it('has a letter replayed where letters are kept, unless its document is gone', () => {
    expect(endOf(cell('dead-letters/P3/create/permanent/once'))).toBe('live');
    expect(endOf(cell('dead-letters/P3/delete/kill/twice'))).toBe('retracted');
    expect(
      allCells()
        .filter(endsWithAll)
        .every(({ role }) => role === 'dead-letters'),
    ).toBe(true);
  });

  it('lets one undoing of each writer fail twenty times before it heals', () => {
    const long = allCells().filter((one) => one.fault === 'permanent' && throwsMax(one) === 20);

    expect(long.map(nameOf)).toEqual(writerRoles.map((role) => `${role}/P6/create/permanent/once`));
    expect(meaningOf(cell('writer-redis/P6/create/permanent/once'))).toContain('up to 20 times');
  });
});

describe('a choice of cells', () => {
  it('takes those that fit a word of each sort', () => {
    expect(cellsNamed('ledger,P1,P2,kill,once').map(nameOf)).toEqual(
      ['P1', 'P2'].flatMap((point) =>
        ['create', 'update', 'delete'].map((operation) => `ledger/${point}/${operation}/kill/once`),
      ),
    );
    expect(cellsNamed('ledger/P1/create/kill/once')).toHaveLength(1);
  });

  it('refuses a word that names nothing', () => {
    expect(() => cellsNamed('ledger,P11')).toThrow('P11');
  });
});

describe('a plan of waves', () => {
  const waves = planWaves(allCells(), 56);

  it('tries every cell once, and no more at a time than there are partitions', () => {
    const tried = waves.flatMap(({ cells }) => cells.map(nameOf));
    expect(tried.toSorted()).toEqual(allCells().map(nameOf).toSorted());
    expect(Math.max(...waves.map(({ cells }) => cells.length))).toBeLessThanOrEqual(56);
  });

  it('has one fault in a wave, and does not mix those that end a process by themselves with others', () => {
    expect(waves.filter(({ cells }) => new Set(cells.map(({ fault }) => fault)).size > 1)).toEqual([]);
    expect(waves.filter(({ cells }) => new Set(cells.map(endsRole)).size > 1)).toEqual([]);
  });

  it('strikes the relay at one point in a wave, unless it dies of it', () => {
    const waving = waves.filter(({ roles, cells }) => roles.includes('relay') && cells[0]?.fault !== 'kill');
    expect(waving.map(({ cells }) => new Set(cells.map(({ point }) => point)).size)).toEqual(waving.map(() => 1));
    expect(waving).toHaveLength(10);
  });

  it('leaves the other writers out where one of them has to refuse', () => {
    expect(waves.filter(({ cells, roles }) => cells.some(isUndo) && roles.length > 1)).toEqual([]);
  });
});

describe('a document of a wave', () => {
  it('lies in the partition that is wanted', () => {
    const ids = [0, 1, 2, 3, 4, 5].map((wanted) => idInPartition('space', 'document', wanted, 6));

    expect(new Set(ids).size).toBe(6);
    expect(idInPartition('space', 'document', 3, 6)).toBe(ids[3]);
  });

  it('is delivered twice to the role under test only', () => {
    const one = { namespace: 'space', documentId: 'a', key: 'space/a', random: new Seeded(1) };

    expect(doublesOf([{ ...one, cell: cell('parser/P1/create/kill/twice') }])).toEqual({
      'space/a': ['penstock.documents.staged'],
    });
    expect(doublesOf([{ ...one, cell: cell('parser/P1/create/kill/once') }])).toEqual({});
  });
});
