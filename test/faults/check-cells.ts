import { unchanged, unlikeReference, violations, type Contents } from '../checker/index.js';
import { reference } from '../chaos/reference.js';
import type { AskedApi } from './ask-api.js';
import { endOf, inputTopics, nameOf, type Cell, type CellEnd } from './cells.js';
import type { CellDocument } from './documents.js';
import { answerProblems } from './expect-answers.js';
import { childProblems } from './expect-children.js';
import { letterProblems } from './expect-letters.js';
import { keptProblems } from './kept-letters.js';
import type { Looked } from './log-so-far.js';
import { within, type Prepared } from './tenants.js';

/** What a cell came to. */
export interface CellResult {
  readonly cell: Cell;
  readonly end: string;
  readonly violations: readonly string[];
}

export interface Evidence {
  readonly prepared: Prepared;
  readonly held: Contents;
  readonly looked: Looked;
  /** The ingestion or retraction that met the fault, by the key of its document. */
  readonly asked: ReadonlyMap<string, string>;
  /** What an API under test was asked and answered. */
  readonly requests: ReadonlyMap<string, AskedApi>;
  readonly unrest: string;
  readonly trouble: readonly string[];
}

/** Each cell has its namespace, so each line of the checker is somebody's. */
export function checkCells(evidence: Evidence): CellResult[] {
  const { looked, unrest, trouble, prepared } = evidence;
  const { documents } = prepared;
  const unrestful = unrest === '' ? [] : unrest.split('\n').map((line) => `I13 not quiet: ${line}`);
  const lines = [...violations(looked.observed, looked.log), ...unrestful, ...trouble];
  const own = (one: CellDocument): string[] =>
    lines.filter((line) => line.includes(`${one.namespace}/`) || line.includes(nameOf(one.cell)));
  const owned = new Set(documents.flatMap(own));
  const nobodys = lines.filter((line) => !owned.has(line));
  const expected = reference(looked.sagaLog, looked.log);
  return documents.map((one, i) => ({
    cell: one.cell,
    end: wordFor(one, evidence),
    violations: [...own(one), ...(i === 0 ? nobodys : []), ...checkOne(one, evidence, expected)],
  }));
}

function checkOne(one: CellDocument, evidence: Evidence, expected: Contents): string[] {
  const { prepared, held, looked, asked } = evidence;
  const { cell, namespace, key } = one;
  const now = within(held, namespace);
  const end = asked.has(key) ? endFor(cell, looked.log.ingestions.get(asked.get(key) ?? '')?.decision) : 'refused';
  const bad = unlikeReference(now, within(expected, namespace));
  if (end !== endOf(cell) && !(endOf(cell) === 'either' && end !== 'retracted')) {
    bad.push(`the log says ${end}, not ${endOf(cell)}`);
  }
  // I3: what was undone or removed has left everything as it was before.
  const { before, without } = prepared;
  const wanted =
    end === 'retracted'
      ? without.get(namespace)
      : ['aborted', 'refused'].includes(end)
        ? within(before, namespace)
        : undefined;
  if (wanted !== undefined) bad.push(...unchanged(wanted, now, 'I3'));
  return [...bad, ...letters(one, asked.get(key), looked), ...answers(one, evidence), ...children(one, looked)];
}

function children({ cell, key }: CellDocument, { observed, records }: Looked): string[] {
  return cell.role === 'janitor' ? childProblems(key, observed.ledger ?? [], records) : [];
}

function answers({ cell, key }: CellDocument, { looked, requests }: Evidence): string[] {
  const asked = requests.get(key);
  if (asked === undefined) return [];
  const made = (looked.observed.ledger ?? []).filter(
    ({ document, ingestionId }) => document === key && !asked.before.has(ingestionId),
  );
  return answerProblems(cell, asked.request, made, looked.records);
}

function endFor({ operation }: Cell, decision: string | undefined): CellEnd | 'open' {
  if (operation === 'delete') return 'retracted';
  if (decision === 'live') return 'live';
  return decision === 'abort' ? 'aborted' : 'open';
}

function letters({ cell, key }: CellDocument, ingestionId: string | undefined, looked: Looked): string[] {
  const taken = inputTopics(cell.role);
  const own = looked.deadLetters.filter((letter) => letter.key === key);
  const sent = looked.lettersSoFar.filter((letter) => letter.key === key);
  return [
    ...letterProblems(
      cell,
      own,
      looked.records.filter(({ topic, payload }) => taken.has(topic) && ofIngestion(payload) === ingestionId),
    ),
    ...keptProblems(
      sent,
      looked.kept.filter(({ document }) => document === key),
    ),
  ];
}

function ofIngestion(payload: object): unknown {
  return 'ingestionId' in payload ? payload.ingestionId : undefined;
}

function wordFor({ key }: CellDocument, { looked, asked }: Evidence): string {
  if (!asked.has(key)) return 'refused';
  const row = looked.observed.ledger?.find(({ ingestionId }) => ingestionId === asked.get(key));
  return row?.status ?? 'unknown';
}
