import type { Pool } from 'pg';

import { rowsOf } from '#database';
import {
  DocumentIndex,
  passageKey,
  type KnownEntity,
  type KnownFact,
  type Passage,
  type PassageRef,
  type RankedPassage,
  type Scope,
  type Touching,
} from '#stores/reading';

import {
  entitiesAt,
  entitiesNamed,
  factsAt,
  filterValues,
  matching,
  mentioning,
  passagesAt,
  readDataVersion,
  stating,
} from './search-statements.js';

const namedMax = 50;

type At<T> = T & PassageRef;

/** Live documents in PostgreSQL, as questions ask for them. */
export class PostgresDocumentIndex extends DocumentIndex {
  constructor(private readonly pool: Pool) {
    super();
  }

  entitiesNamed(namespace: string, names: readonly string[]): Promise<KnownEntity[]> {
    return names.length === 0
      ? Promise.resolve([])
      : rowsOf(this.pool, entitiesNamed, [namespace, [...names], namedMax]);
  }

  stating(factUuids: readonly string[], scope: Scope): Promise<RankedPassage[]> {
    return rowsOf(this.pool, stating, [...filterValues(scope), [...factUuids], scope.limit]);
  }

  mentioning(entityUuids: readonly string[], scope: Scope): Promise<RankedPassage[]> {
    return rowsOf(this.pool, mentioning, [...filterValues(scope), [...entityUuids], scope.limit]);
  }

  matching(words: readonly string[], scope: Scope & { readonly offset: number }): Promise<RankedPassage[]> {
    return rowsOf(this.pool, matching, [...filterValues(scope), [...words], scope.limit, scope.offset]);
  }

  async passages(refs: readonly PassageRef[]): Promise<ReadonlyMap<string, Passage>> {
    const rows = await rowsOf<Passage>(this.pool, passagesAt, columnsOf(refs));
    return new Map(rows.map((row) => [passageKey(row), { ...row, version: Number(row.version) }]));
  }

  async touching(refs: readonly PassageRef[]): Promise<ReadonlyMap<string, Touching>> {
    const [entities, facts] = await Promise.all([
      rowsOf<At<KnownEntity>>(this.pool, entitiesAt, columnsOf(refs)),
      rowsOf<At<KnownFact>>(this.pool, factsAt, columnsOf(refs)),
    ]);
    const touching = new Map<string, { entities: KnownEntity[]; facts: KnownFact[] }>();
    for (const ref of refs) touching.set(passageKey(ref), { entities: [], facts: [] });
    for (const { ingestionId, seq, ...entity } of entities) {
      touching.get(passageKey({ ingestionId, seq }))?.entities.push(entity);
    }
    for (const { ingestionId, seq, ...fact } of facts) touching.get(passageKey({ ingestionId, seq }))?.facts.push(fact);
    return touching;
  }

  async dataVersion(namespace: string): Promise<string> {
    const [row] = await rowsOf<{ version: string }>(this.pool, readDataVersion, [namespace]);
    return row?.version ?? '0';
  }
}

function columnsOf(refs: readonly PassageRef[]): [string[], number[]] {
  return [refs.map(({ ingestionId }) => ingestionId), refs.map(({ seq }) => seq)];
}
