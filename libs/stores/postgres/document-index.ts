import type { Pool } from 'pg';

import { rowsOf } from '#database';
import {
  DocumentIndex,
  passageKey,
  type CitedPassage,
  type KnownEntity,
  type PassageRef,
  type RankedPassage,
  type Scope,
} from '#stores/reading';

import {
  citedAt,
  entitiesNamed,
  filterValues,
  matching,
  mentioning,
  readDataVersion,
  stated,
  stating,
} from './search-statements.js';

const namedMax = 50;

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

  async stated(factUuids: readonly string[], scope: Pick<Scope, 'namespace' | 'filter'>): Promise<ReadonlySet<string>> {
    const rows = await rowsOf<{ uuid: string }>(this.pool, stated, [...filterValues(scope), [...factUuids]]);
    return new Set(rows.map(({ uuid }) => uuid));
  }

  mentioning(entityUuids: readonly string[], scope: Scope): Promise<RankedPassage[]> {
    return rowsOf(this.pool, mentioning, [...filterValues(scope), [...entityUuids], scope.limit]);
  }

  matching(words: readonly string[], scope: Scope & { readonly offset: number }): Promise<RankedPassage[]> {
    return rowsOf(this.pool, matching, [...filterValues(scope), [...words], scope.limit, scope.offset]);
  }

  async cited(refs: readonly PassageRef[]): Promise<ReadonlyMap<string, CitedPassage>> {
    const rows = await rowsOf<CitedPassage>(this.pool, citedAt, columnsOf(refs));
    return new Map(rows.map((row) => [passageKey(row), { ...row, version: Number(row.version) }]));
  }

  async dataVersion(namespace: string): Promise<string> {
    const [row] = await rowsOf<{ version: string }>(this.pool, readDataVersion, [namespace]);
    return row?.version ?? '0';
  }
}

function columnsOf(refs: readonly PassageRef[]): [string[], number[]] {
  return [refs.map(({ ingestionId }) => ingestionId), refs.map(({ seq }) => seq)];
}
