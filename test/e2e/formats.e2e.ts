import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { agreement } from '../formats/word-order.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { runPenstock, type Finished } from './run-penstock.js';
import { StoreViews, type Row } from './store-views.js';

const samples = new URL('../formats/samples/', import.meta.url);
const references = new URL('../formats/references/', import.meta.url);
const refused = new URL('../bad-input/files/', import.meta.url);
const names = readdirSync(samples).sort();
/** What pdfminer reads of this one mixes its columns. */
const referenced = readdirSync(references).filter((name) => name !== 'columns.pdf.pdfminer.txt');

let folder: string;
let penstock: PenstockUnderTest;
let stores: StoreViews;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-formats-'));
  stores = new StoreViews();
  // Sentences that are repeated from the chunk before would count as words that the reference lacks.
  penstock = await startPenstock({ chunkOverlapTokens: 0 });
});

afterAll(async () => {
  await penstock.stop();
  await stores.close();
  await rm(folder, { recursive: true, force: true });
  expect(penstock.fatal).toEqual([]);
});

const ingest = (path: string, namespace: string): Promise<Finished> =>
  runPenstock(['ingest', path, '-n', namespace], { PENSTOCK_HTTP_PORT: new URL(penstock.api.address).port });

const linesOf = ({ out }: Finished): string[] =>
  stripVTControlCharacters(out)
    .split('\n')
    .filter((line) => line !== '');

/** Live text of each document of a namespace, as a user reads it. */
async function liveTexts(namespace: string): Promise<Map<string, string>> {
  const rows = await stores.sql(
    'SELECT document_id, text FROM penstock.live_chunks WHERE namespace = $1 ORDER BY document_id, seq',
    [namespace],
  );
  const texts = new Map<string, string>();
  for (const { document_id, text } of rows) {
    const id = String(document_id);
    texts.set(id, [...(texts.has(id) ? [texts.get(id)] : []), String(text)].join('\n\n'));
  }
  return texts;
}

describe('a folder with a document of every format', () => {
  const namespace = aNamespace('formats');
  const places: Readonly<Record<string, readonly string[]>> = {
    'archive.zip': [
      'members/1-notes/one.txt',
      'members/2-two.md',
      'members/3-inner.zip',
      'members/3-inner.zip!/members/1-inner/deep.txt',
    ],
    'message.eml': ['attachments/1-gallery.txt', 'attachments/2-stations.csv'],
    'message.msg': ['attachments/1-stations.csv'],
  };
  /** What lies in a sample, in the order in which it lies there. */
  const insideOf = (name: string): string[] =>
    (places[name] ?? []).map((place) => join(folder, 'samples', `${name}!/${place}`));
  let finished: Finished;
  let texts: Map<string, string>;

  beforeAll(async () => {
    await cp(samples, join(folder, 'samples'), { recursive: true });
    finished = await ingest(join(folder, 'samples'), namespace);
    texts = await liveTexts(namespace);
  }, 300_000);

  it('becomes live, with one line of outcome for each file, and below it one for each document that lies in it', () => {
    const saidOf = (line: string) => /^( *)(live) +(\S+) v1: \d+ chunks/u.exec(line)?.slice(1);
    const below = (name: string) => insideOf(name).map((id) => ['  '.repeat(id.split('!/').length - 1), 'live', id]);

    expect({ code: finished.code, err: finished.err.includes('penstock:') }).toEqual({ code: 0, err: false });
    expect(linesOf(finished).map(saidOf)).toEqual(
      names.flatMap((name) => [['', 'live', join(folder, 'samples', name)], ...below(name)]),
    );
  });

  it.each(referenced)('says what %s says, at least 95 of 100 words in order', (reference) => {
    const name = reference.replace(/(?:\.pdfminer)?\.txt$/u, '');

    const text = texts.get(join(folder, 'samples', name)) ?? '';

    expect(agreement(text, readFileSync(new URL(reference, references), 'utf8'))).toBeGreaterThanOrEqual(0.95);
  });

  it('says where each chunk comes from', async () => {
    const place = async (name: string): Promise<Row | undefined> =>
      (
        await stores.sql(
          `SELECT * FROM penstock.live_chunks WHERE namespace = $1 AND document_id = $2 ORDER BY seq DESC LIMIT 1`,
          [namespace, join(folder, 'samples', name)],
        )
      )[0];

    expect(await place('flow.pdf')).toMatchObject({ origin: { page: 2 } });
    expect(await place('figures.xlsx')).toMatchObject({ origin: { sheet: 'Readings', lastRow: 201 } });
    expect(await place('slides.pptx')).toMatchObject({ origin: { page: 3 } });
    expect(await place('stations.csv')).toMatchObject({ origin: { row: 2, lastRow: 5 } });
    expect(await place('report.docx')).toMatchObject({ heading_path: ['Part 5', 'Part 6'] });
    expect(await place('handbook.md')).toMatchObject({ heading_path: ['Waterworks of Lindenau', 'The pumps'] });
    expect(await place('book.epub')).toMatchObject({ heading_path: ['Part 6'] });
    const [offsets] = await stores.sql(
      `SELECT count(*)::int AS chunks,
         count(*) FILTER (WHERE end_offset - start_offset = char_length(text) AND start_offset > before)::int AS fit
       FROM (SELECT *, lag(end_offset, 1, -1::bigint) OVER (PARTITION BY document_id ORDER BY seq) AS before
         FROM penstock.live_chunks WHERE namespace = $1) AS c`,
      [namespace],
    );
    expect(offsets).toEqual({ chunks: expect.any(Number), fit: offsets?.['chunks'] });
  });

  it('brings attachments and members of archives along, as documents that name their parent', async () => {
    const inside = names.flatMap(insideOf).sort();

    expect([...texts.keys()].filter((id) => id.includes('!/')).sort()).toEqual(inside);
    expect(texts.get(inside.find((id) => id.endsWith('deep.txt')) ?? '')).toMatch(/^The council has set aside money/u);
    const [parent] = await stores.sql(
      `SELECT metadata ->> 'parent_document_id' AS parent, metadata ->> 'filename' AS filename
        FROM penstock.live_documents WHERE namespace = $1 AND document_id = $2`,
      [namespace, join(folder, 'samples', 'message.msg!/attachments/1-stations.csv')],
    );
    expect(parent).toEqual({ parent: join(folder, 'samples', 'message.msg'), filename: 'stations.csv' });
  });
});

describe('a folder with documents that are not read', () => {
  it('ends with 1 and says in one line for each what a person can do, and the others become live', async () => {
    const namespace = aNamespace('formats');
    const path = join(folder, 'mixed');
    await mkdir(path);
    for (const name of ['old.xls', 'old.doc', 'password.pdf', 'password.docx', 'empty.zip']) {
      await cp(new URL(name, refused), join(path, name));
    }
    await cp(new URL('flow.pdf', samples), join(path, 'flow.pdf'));

    const finished = await ingest(path, namespace);

    expect(finished.code).toBe(1);
    const lines = linesOf(finished).map((line) => line.replace(`${path}/`, '').replace(/ +/gu, ' '));
    expect(lines.map((line) => line.replace(/^live (\S+) .*/u, 'live $1'))).toEqual([
      'failed empty.zip v1: the document has no text (empty)',
      'live flow.pdf',
      'failed old.doc v1: the document is in an old format of Word (.doc); save it as .docx (unsupported)',
      'failed old.xls v1: the document is in an old format of Excel (.xls); save it as .xlsx (unsupported)',
      'failed password.docx v1: the document is protected by a password (encrypted)',
      'failed password.pdf v1: the PDF is protected by a password (encrypted)',
    ]);
    expect([...(await liveTexts(namespace)).keys()]).toEqual([join(path, 'flow.pdf')]);
  });
});
