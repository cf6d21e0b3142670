import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { ApiClient } from './api-client.js';
import type { IngestionReport } from './ingestion-report.js';
import type { Outcome } from './outcome.js';
import { json, serveApi } from './served-api-fixture.js';
import { settleInside } from './settle-inside.js';

/** An ingestion that the API of a test knows. */
interface Known {
  readonly documentId: string;
  readonly status: string;
  /** How many documents came out of it, once that is told. */
  readonly count?: number;
  /** Ids of those that were submitted. */
  readonly inside?: readonly string[];
}

const mail = { documentId: 'a.eml', status: 'live', count: 2, inside: ['one', 'two'] };
const one = { documentId: 'a.eml!/attachments/1-one.txt', status: 'live', count: 0 };
const two = { documentId: 'a.eml!/attachments/2-two.zip', status: 'live', count: 0 };
const patient = { timeoutMs: 50_000 };
const impatient = { timeoutMs: 0 };

let known: Record<string, Known>;
let asked: string[];
/** What happens when a question comes. */
let meanwhile: () => void;
let api: ApiClient;
let close: () => Promise<void>;

beforeEach(async () => {
  [known, asked, meanwhile] = [{}, [], () => undefined];
  ({ api, close } = await serveApi(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://api.example');
    const [, , , id = '', children] = pathname.split('/');
    asked.push(pathname);
    meanwhile();
    if (known[id] === undefined) json(403, { detail: 'not for this key', reason: 'forbidden' })(response);
    else json(200, children === undefined ? reportOf(id) : pageOf(id, searchParams.get('cursor')))(response);
  }));
});
afterEach(() => close());

function reportOf(ingestionId: string): IngestionReport {
  const { documentId, status, count } = known[ingestionId] ?? mail;
  const timeline = count === undefined ? [] : [{ at: '', type: 'DocumentParsed', detail: { children: count } }];
  const nothing = {
    stores: {},
    counts: {},
    tokens: {},
    cost: { calls: 0, usd: null },
    models: { extraction: [], embedding: [] },
  };
  return { ingestionId, documentId, status, timeline, namespace: 'default', version: 1, ...nothing };
}

/** One a page, the last one first. */
function pageOf(parent: string, cursor: string | null) {
  const ids = (known[parent]?.inside ?? []).toReversed();
  const at = Number(cursor ?? 0);
  const items = ids.slice(at, at + 1).map(reportOf);
  return { items, ...(at + 1 < ids.length ? { nextCursor: String(at + 1) } : {}) };
}

/** Each outcome in a line, those of what lies in another below it. */
function told(outcomes: readonly Outcome[], indent = ''): string[] {
  return outcomes.flatMap(({ item, report, refusal, inside = [] }) => [
    `${indent}${report?.status ?? `${refusal?.reason}: ${refusal?.message}`} ${item.documentId}`,
    ...told(inside, `${indent}  `),
  ]);
}

describe('what lies in a document', () => {
  it('is told in the order in which it lies there, each with what lies in itself', async () => {
    const ten = { documentId: 'a.eml!/attachments/10-ten.txt', status: 'failed', count: 0 };
    const deep = { documentId: `${two.documentId}!/members/1-deep.txt`, status: 'rolled_back', count: 0 };
    known = {
      ...{ one, ten, deep, mail: { ...mail, count: 3, inside: ['one', 'ten', 'two'] } },
      two: { ...two, count: 1, inside: ['deep'] },
    };

    const outcomes = await settleInside(api, reportOf('mail'), patient);

    expect(told(outcomes)).toEqual([
      'live a.eml!/attachments/1-one.txt',
      'live a.eml!/attachments/2-two.zip',
      '  rolled_back a.eml!/attachments/2-two.zip!/members/1-deep.txt',
      'failed a.eml!/attachments/10-ten.txt',
    ]);
  });

  it('is waited for until all of it was submitted, and came to an end', async () => {
    known = { mail: { ...mail, inside: ['one'] }, one: { ...one, status: 'submitted' } };
    meanwhile = () => {
      if (asked.length === 2) known = { mail, one: { ...one, status: 'parsed' }, two };
      if (asked.length === 4) known = { mail, one, two };
    };

    const outcomes = await settleInside(api, reportOf('mail'), patient);

    expect(told(outcomes)).toEqual([`live ${one.documentId}`, `live ${two.documentId}`]);
  });

  it('is waited for although the ledger hears later than of the end that something lies there', async () => {
    const { count, ...unread } = mail;
    known = { mail: unread, one, two };
    meanwhile = () => {
      if (asked.length === 2) known = { mail: { ...mail, count }, one, two };
    };

    const outcomes = await settleInside(api, reportOf('mail'), patient);

    expect(told(outcomes)).toEqual([`live ${one.documentId}`, `live ${two.documentId}`]);
  });

  it('is not waited for longer than told: what did not end and what nobody heard of have their reasons', async () => {
    known = { mail: { ...mail, inside: ['one'] }, one: { ...one, status: 'parsed' } };

    const outcomes = await settleInside(api, reportOf('mail'), impatient);

    const unheardOf = '1 of 2 documents inside not heard of: what came out of ingestion mail is still under way';
    expect(told(outcomes)).toEqual([
      `timeout: ingestion one is still parsed ${one.documentId}`,
      `timeout: ${unheardOf} a.eml`,
    ]);
  });

  it('is not waited for after Ctrl-C, and what was heard of by then is told', async () => {
    const over = new AbortController();
    known = { mail, one, two: { ...two, status: 'parsed' } };
    meanwhile = () => over.abort();

    const outcomes = await settleInside(api, reportOf('mail'), { ...patient, signal: over.signal });

    expect(told(outcomes)).toEqual([
      `live ${one.documentId}`,
      `interrupted: not waited for; ingestion two goes on ${two.documentId}`,
    ]);
  });

  it('is an outcome of its own if the API does not tell of it', async () => {
    known = { mail };
    const report = reportOf('mail');
    known = {};

    const outcomes = await settleInside(api, report, patient);

    expect(told(outcomes)).toEqual(['forbidden: 2 of 2 documents inside not heard of: not for this key a.eml']);
  });

  it('is not asked for if there is nothing, or if the document did not become live', async () => {
    known = { one, mail: { ...mail, status: 'rolled_back' } };

    const outcomes = await Promise.all(['one', 'mail'].map((id) => settleInside(api, reportOf(id), patient)));

    expect([outcomes, asked]).toEqual([[[], []], []]);
  });
});
