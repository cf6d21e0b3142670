import { readdirSync, readFileSync } from 'node:fs';

import { afterAll, describe, expect, it } from '@jest/globals';

import type { ReadDocument } from '../../libs/pipeline/parser/read-document.js';
import { aParsePool, readFileIn } from './read-here.js';
import { agreement } from './word-order.js';

const samples = new URL('samples/', import.meta.url);
const references = new URL('references/', import.meta.url);
const pool = aParsePool();
afterAll(() => pool.close());

const read = (name: string): Promise<ReadDocument> =>
  readFileIn(pool, { name, bytes: readFileSync(new URL(name, samples)) });
const textOf = ({ passages }: ReadDocument): string => passages.map(({ text }) => text).join('\n\n');
/** This reader mixes the columns of two frames; pdftotext does not. */
const mistaken = new Set(['columns.pdf.pdfminer.txt']);
const referenced = readdirSync(references)
  .filter((name) => !mistaken.has(name))
  .map((name) => [name.replace(/(?:\.pdfminer)?\.txt$/u, ''), name] as const);

describe('the sample documents', () => {
  it.each(referenced)('%s reads as %s says, at least 95 of 100 words in order', async (sample, reference) => {
    const text = textOf(await read(sample));

    expect(agreement(text, readFileSync(new URL(reference, references), 'utf8'))).toBeGreaterThanOrEqual(0.95);
  });

  it('each have a reference', () => {
    expect(new Set(referenced.map(([sample]) => sample))).toEqual(new Set(readdirSync(samples)));
  });
});

describe('chunks know where they came from', () => {
  it('by page in a PDF and by slide in a presentation', async () => {
    const pdf = await read('flow.pdf');
    const slides = await read('slides.pptx');

    expect(pdf.passages.map(({ origin }) => origin?.page)).toEqual([1, 1, 1, 2, 2, 2]);
    expect(pdf.passages.at(-1)?.headingPath).toEqual(['Waterworks of Lindenau', 'Part 6']);
    expect(slides.passages.map(({ origin }) => origin?.page)).toEqual([1, 2, 3]);
  });

  it('by sheet and rows in a workbook, and by rows in a table of values', async () => {
    const { passages } = await read('figures.xlsx');
    const table = await read('stations.csv');

    expect(passages[0]).toMatchObject({
      headingPath: ['Stations'],
      origin: { sheet: 'Stations', row: 2, lastRow: 4, page: null },
    });
    const readings = passages.slice(1).map(({ origin }) => [origin?.sheet, origin?.row, origin?.lastRow]);
    expect(readings[0]?.slice(0, 2)).toEqual(['Readings', 2]);
    expect(readings.at(-1)?.[2]).toBe(201);
    for (const [index, [, row]] of readings.entries())
      if (index > 0) expect(row).toBe(Number(readings[index - 1]?.[2]) + 1);
    expect(table.passages[0]?.origin).toMatchObject({ row: 2, lastRow: 5, sheet: null });
  });

  it('by heading path in Word, Markdown and a book', async () => {
    const paths = async (name: string): Promise<(readonly string[] | undefined)[]> =>
      (await read(name)).passages.map(({ headingPath }) => headingPath).slice(-1);

    expect(await paths('report.docx')).toEqual([['Part 5', 'Part 6']]);
    expect(await paths('handbook.md')).toEqual([['Waterworks of Lindenau', 'The pumps']]);
    expect(await paths('book.epub')).toEqual([['Part 6']]);
  });
});

describe('documents say of themselves', () => {
  it('their title, and what stands before the text', async () => {
    const titles = ['handbook.md', 'report.docx', 'page.html', 'book.epub', 'slides.pptx', 'flow.pdf', 'message.eml'];
    const found = await Promise.all(titles.map(async (name) => (await read(name)).title));

    expect(new Set(found)).toEqual(
      new Set(['The waterworks handbook', 'Waterworks of Lindenau', 'Gauges, and the gallery']),
    );
    expect((await read('handbook.md')).metadata).toEqual({ author: 'Marta Blum', tags: '["water","town"]' });
    expect((await read('message.eml')).metadata).toMatchObject({ mail_from: 'Marta Blum <marta@lindenau.example>' });
  });

  it('what lies in them', async () => {
    const attached = (await read('message.eml')).children;
    const packed = (await read('archive.zip')).children;

    expect(attached.map(({ name, mediaType }) => [name, mediaType])).toEqual([
      ['gallery.txt', 'text/plain'],
      ['stations.csv', 'text/csv'],
    ]);
    expect(Buffer.from(attached[1]?.bytes ?? [])).toEqual(readFileSync(new URL('stations.csv', samples)));
    expect(packed.map(({ name }) => name)).toEqual(['notes/one.txt', 'two.md', 'inner.zip']);
  });
});
