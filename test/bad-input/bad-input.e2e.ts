import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ParsePool } from '#pipeline/parser';

import type { ReadDocument } from '../../libs/pipeline/parser/read-document.js';
import { aParsePool, readFileIn } from '../formats/read-here.js';
import { wordsMadeUp } from '../formats/word-order.js';
import { archiveInputs } from './archives.js';
import type { BadInput, Outcome } from './bad-input.js';
import { Canary } from './canary.js';
import { compoundInputs } from './compound-files.js';
import { jsonInputs } from './json.js';
import { lieInputs, truncated } from './lies.js';
import { markupInputs } from './markup.js';
import { officeInputs } from './office.js';
import { pdfInputs } from './pdfs.js';
import { surroundingsOf } from './surroundings.js';
import { textInputs } from './texts.js';

const memoryBytesMax = 384 * 1024 ** 2;
/** Every few inputs an ordinary document is read between them. */
const neighbourEvery = 8;

interface Refusal {
  readonly kind: string;
  readonly reason: string;
  readonly message: string;
}
type Came = { readonly document: ReadDocument } | { readonly refusal: Refusal };

const sample = (name: string): Buffer => readFileSync(new URL(`../formats/samples/${name}`, import.meta.url));
const neighbour = { name: 'report.docx', bytes: sample('report.docx') };
const textOf = ({ passages }: ReadDocument): string => passages.map(({ text }) => text).join('\n\n');

let pool: ParsePool;
let surroundings: readonly string[];
/** Where nothing is kept: processes that read have no staging. */
let nowhere: string;
const canary = new Canary();
beforeAll(async () => {
  await canary.listen();
  nowhere = join(mkdtempSync(join(tmpdir(), 'penstock-bad-')), 'nowhere');
  surroundings = surroundingsOf(nowhere);
  pool = aParsePool({ processes: 2, timeoutMs: 20_000, memoryBytesMax });
});
afterAll(() => {
  pool.close();
  canary.close();
  rmSync(dirname(nowhere), { recursive: true });
});

async function cameOf(input: { readonly name: string; readonly bytes: Buffer }): Promise<Came> {
  return readFileIn(pool, input).then(
    (document) => ({ document }),
    ({ kind, reason, message }: Refusal) => ({ refusal: { kind, reason, message } }),
  );
}

/** A sentence for whoever sent the document: no code, no paths, no stack. */
function expectReadable({ kind, message }: Refusal): void {
  expect(kind).toBe('permanent');
  expect(message).toMatch(/^[^\n]{8,400}$/u);
  expect(message).not.toMatch(/node_modules|\.[jt]s\b|\bat \w+ ?\(|Error\b|undefined|\[object|\/(?:etc|tmp|home)\//u);
}

function expectOutcome(came: Came, outcome: Outcome): void {
  if ('refused' in outcome) {
    expect(came).toMatchObject({ refusal: { kind: 'permanent' } });
    if ('refusal' in came) {
      expectReadable(came.refusal);
      expect([outcome.refused].flat()).toContain(came.refusal.reason);
    }
    return;
  }
  if ('refusal' in came) throw new Error(`was refused: ${came.refusal.reason}, ${came.refusal.message}`);
  const text = textOf(came.document);
  // Passages are told apart by a blank line, wherever one is full.
  if (typeof outcome.text === 'string') expect(text.split(/\s+/u)).toEqual(outcome.text.split(/\s+/u));
  else expect(text).toMatch(outcome.text);
  expect(text).not.toMatch(/[\0-\u0008\u000e-\u001f]/u);
  expect(text.isWellFormed()).toBe(true);
  if (outcome.without !== undefined) expect(text).not.toMatch(outcome.without);
  if (outcome.mediaType !== undefined) expect(came.document.mediaType).toBe(outcome.mediaType);
  if (outcome.children !== undefined) expect(came.document.children).toHaveLength(outcome.children);
  if (outcome.warning !== undefined) expect(came.document.warnings.join('\n')).toMatch(outcome.warning);
  if (outcome.withoutWarning === true) expect(came.document.warnings).toEqual([]);
}

/** Reads all inputs of a class side by side, with ordinary documents between them, and looks at each outcome. */
function describeClass(
  name: string,
  inputs: readonly BadInput[],
  look: (came: Came, input: BadInput) => unknown,
): void {
  describe(name, () => {
    const came = new Map<string, Came>();
    const neighbours: Came[] = [];
    beforeAll(async () => {
      const readOne = async (input: BadInput): Promise<unknown> =>
        came.set(input.what, await cameOf({ name: input.name, bytes: input.bytes() }));
      for (let from = 0; from < inputs.length; from += neighbourEvery) {
        const some = inputs.slice(from, from + neighbourEvery).map(readOne);
        neighbours.push(await cameOf(neighbour));
        await Promise.all(some);
      }
    }, 600_000);

    it.each(inputs.map((one) => [one.what, one] as const))('%s', async (what, one) => {
      const found = came.get(what);
      expect(found).toBeDefined();
      if (found !== undefined) await look(found, one);
    });

    it('and their neighbours are read as if they were alone', async () => {
      const alone = await cameOf(neighbour);

      expect(neighbours.length).toBeGreaterThan(0);
      for (const one of neighbours) expect(one).toEqual(alone);
    });
  });
}

const byOutcome = (came: Came, { outcome }: BadInput): void => expectOutcome(came, outcome);

const classes: Readonly<Record<string, readonly BadInput[]>> = {
  archives: archiveInputs,
  'office documents and books': officeInputs,
  'compound files': compoundInputs,
  PDF: pdfInputs,
  texts: textInputs,
  'markup and e-mail': markupInputs,
  JSON: jsonInputs,
  'lying names': lieInputs,
};
for (const [name, inputs] of Object.entries(classes)) describeClass(name, inputs, byOutcome);
describeClass('documents that break off', truncated, async (came, { name, outcome }) => {
  expectOutcome(came, outcome);
  if ('refusal' in came) return;
  const whole = await cameOf({ name, bytes: sample(name) });
  if (!('document' in whole)) throw new Error('the whole sample can be read');
  // A word that is cut in two is none of the whole, nor is what stands for letters cut in two.
  const [found, all] = [came.document, whole.document].map((document) => textOf(document).replaceAll(':', ' '));
  expect(wordsMadeUp(found ?? '', all ?? '')).toBeLessThanOrEqual(3);
});

describe('the bad inputs', () => {
  const all = [...Object.values(classes), truncated].flat();

  it('are over 400, each another', () => {
    expect(new Set(all.map(({ what }) => what)).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(400);
  });

  it('made, changed and removed no file wherever their names lead', () => {
    expect(surroundingsOf(nowhere)).toEqual(surroundings);
  });

  it('called nobody at the address that they name', async () => {
    const called = canary.calls;
    await canary.call();

    expect([called, canary.calls]).toEqual([0, 1]);
  });

  it('left the memory of the processes below its limit, also between two looks', () => {
    expect(pool.residentBytesSeen).toBeLessThan(memoryBytesMax);
  });
});
