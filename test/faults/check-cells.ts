import { topicOfEvent, topics, type EventName } from '#events';

import { unchanged, unlikeReference, violations, type Contents } from '../checker/index.js';
import { reference } from '../chaos/reference.js';
import { endOf, inputTopicKeys, nameOf, type Cell, type CellEnd } from './cells.js';
import type { CellDocument } from './documents.js';
import { letterProblems } from './expect-letters.js';
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

function checkOne(one: CellDocument, { prepared, held, looked, asked }: Evidence, expected: Contents): string[] {
  const { cell, namespace, key } = one;
  const now = within(held, namespace);
  const end = endFor(cell, looked.log.ingestions.get(asked.get(key) ?? '')?.decision);
  const bad = unlikeReference(now, within(expected, namespace));
  if (end !== endOf(cell) && !(endOf(cell) === 'either' && end !== 'retracted')) {
    bad.push(`the log says ${end}, not ${endOf(cell)}`);
  }
  // I3: what was undone or removed has left everything as it was before.
  const { before, without } = prepared;
  const wanted =
    end === 'retracted' ? without.get(namespace) : end === 'aborted' ? within(before, namespace) : undefined;
  if (wanted !== undefined) bad.push(...unchanged(wanted, now, 'I3'));
  return [...bad, ...letters(one, asked.get(key), looked)];
}

function endFor({ operation }: Cell, decision: string | undefined): CellEnd | 'open' {
  if (operation === 'delete') return 'retracted';
  if (decision === 'live') return 'live';
  return decision === 'abort' ? 'aborted' : 'open';
}

function letters({ cell, key }: CellDocument, ingestionId: string | undefined, looked: Looked): string[] {
  const taken = new Set<string>(inputTopicKeys(cell.role).map((type) => topics[topicOfEvent[type as EventName]].name));
  return letterProblems(
    cell,
    looked.deadLetters.filter((letter) => letter.key === key),
    looked.records.filter(({ topic, payload }) => taken.has(topic) && ofIngestion(payload) === ingestionId),
  );
}

function ofIngestion(payload: object): unknown {
  return 'ingestionId' in payload ? payload.ingestionId : undefined;
}

function wordFor({ key }: CellDocument, { looked, asked }: Evidence): string {
  const row = looked.observed.ledger?.find(({ ingestionId }) => ingestionId === asked.get(key));
  return row?.status ?? 'unknown';
}
