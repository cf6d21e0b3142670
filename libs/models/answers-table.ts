import type { Pool } from 'pg';

import { inTransaction, rowsOf, type Migration } from '#database';

import { answerId, AnswerStore, type Answer, type AnswerEntry, type AnswerKey } from './answers.js';

export const answersMigrations: readonly Migration[] = [
  {
    name: '2026-11-24-answers',
    sql: `CREATE TABLE penstock.answers (
      content_hash text NOT NULL,
      model text NOT NULL,
      version text NOT NULL,
      kind text NOT NULL,
      answer jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (content_hash, model, version, kind)
    )`,
  },
];

const wanted = 'unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS w (content_hash, model, version, kind)';

const selectAnswers = `SELECT a.content_hash AS "contentHash", a.model, a.version, a.kind, a.answer
  FROM ${wanted} JOIN penstock.answers a USING (content_hash, model, version, kind)`;

/** Waits for a concurrent writer of the same key, so that the SELECT that follows sees the winner. */
const insertAnswers = `INSERT INTO penstock.answers (content_hash, model, version, kind, answer)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[])
  ON CONFLICT DO NOTHING`;

type AnswerRow = AnswerKey & { readonly answer: Answer };

/** Answers in the table `penstock.answers`; needs `answersMigrations`. */
export class AnswersTable extends AnswerStore {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async load(keys: readonly AnswerKey[]): Promise<Map<string, Answer>> {
    if (keys.length === 0) return new Map();
    return answersById(await rowsOf<AnswerRow>(this.pool, selectAnswers, keyColumns(keys)));
  }

  override async keep(entries: readonly AnswerEntry[]): Promise<Map<string, Answer>> {
    if (entries.length === 0) return new Map();
    const sorted = distinctSorted(entries);
    const columns = keyColumns(sorted.map((entry) => entry.key));
    return inTransaction(this.pool, async (client) => {
      await client.query(insertAnswers, [...columns, sorted.map((entry) => storableJson(entry.answer))]);
      const { rows } = await client.query<AnswerRow>(selectAnswers, columns);
      return answersById(rows);
    });
  }
}

/** One order for all writers, so that two of them cannot wait for each other; the first of equal keys stays. */
function distinctSorted(entries: readonly AnswerEntry[]): AnswerEntry[] {
  const byId = new Map<string, AnswerEntry>();
  for (const entry of entries) {
    const id = answerId(entry.key);
    if (!byId.has(id)) byId.set(id, entry);
  }
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

function keyColumns(keys: readonly AnswerKey[]): string[][] {
  return [
    keys.map((key) => key.contentHash),
    keys.map((key) => key.model),
    keys.map((key) => key.version),
    keys.map((key) => key.kind),
  ];
}

/** What jsonb refuses inside strings: NUL and lone surrogates, which JSON.stringify writes as escapes. */
const refusedEscapes = /\\u(?:0000|d[89a-f])/;

/** An answer that jsonb would refuse is kept as JSON inside a JSON string, where the escapes are plain text. */
function storableJson(answer: Answer): string {
  const json = JSON.stringify(answer);
  return refusedEscapes.test(json) ? JSON.stringify({ wrappedJson: json }) : json;
}

function answersById(rows: readonly AnswerRow[]): Map<string, Answer> {
  return new Map(rows.map((row) => [answerId(row), unwrapped(row.answer)]));
}

function unwrapped(answer: Answer): Answer {
  return typeof answer['wrappedJson'] === 'string' ? (JSON.parse(answer['wrappedJson']) as Answer) : answer;
}
