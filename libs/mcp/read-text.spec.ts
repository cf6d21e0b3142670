import { describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';

import { bytesOf } from './bounded.js';
import { MemoryApi, type Json } from './memory-api.js';
import { readChunks, readText } from './read-text.js';

/** An API that holds one document, and remembers what it was asked for. */
class OneDocument extends MemoryApi {
  readonly asked: string[] = [];

  constructor(
    private readonly texts: readonly string[],
    private readonly versionAt: (from: number) => number = () => 1,
  ) {
    super({ url: 'http://127.0.0.1:1' });
  }

  override get(path: string, { from, limit }: Readonly<Record<string, number>>): Promise<Json> {
    const [first = 0, count = 0] = [from, limit];
    this.asked.push(`${path} ${first}+${count}`);
    const chunks = this.texts.slice(first, first + count).map((text, at) => ({ seq: first + at, text }));
    const next = first + count < this.texts.length ? { nextFrom: first + count } : {};
    return Promise.resolve({ version: this.versionAt(first), chunkCount: this.texts.length, chunks, ...next });
  }
}

const texts = (count: number, chars: number): string[] =>
  Array.from({ length: count }, (_, at) => `${at}:`.padEnd(chars, 'x'));
const at = { id: 'a/b', namespace: 'n' };
const seqs = (page: Json): number[] => (page['chunks'] as { seq: number }[]).map(({ seq }) => seq);

describe('a page of chunks', () => {
  it('is all that is asked for, however long the document is', async () => {
    const api = new OneDocument(texts(5_000, 100));

    const page = await readChunks(api, { ...at, from: 4_000, limit: 3 }, 10_000);

    expect(api.asked).toEqual(['/v1/documents/a%2Fb/chunks 4000+3']);
    expect(seqs(page)).toEqual([4_000, 4_001, 4_002]);
    expect(page['nextFrom']).toBe(4_003);
  });

  it('ends where it would be too large, and the next one begins there', async () => {
    const api = new OneDocument(texts(10, 1_000));
    const first = await readChunks(api, { ...at, from: 0, limit: 10 }, 5_000);

    const second = await readChunks(api, { ...at, from: first['nextFrom'] as number, limit: 10 }, 5_000);

    expect(bytesOf(first)).toBeLessThanOrEqual(5_000);
    expect(seqs(first)).toEqual([0, 1, 2, 3]);
    expect(seqs(second)).toEqual([4, 5, 6, 7]);
  });

  it('holds one chunk at least, so that nobody asks for the same page for ever', async () => {
    const page = await readChunks(new OneDocument(texts(3, 9_000)), { ...at, from: 1, limit: 3 }, 5_000);

    expect(page).toMatchObject({ chunks: [{ seq: 1 }], nextFrom: 2 });
  });
});

describe('the text of a document', () => {
  it('is read to its end', async () => {
    const all = texts(250, 10);

    expect(await readText(new OneDocument(all), at, 100_000)).toBe(all.join('\n\n'));
  });

  it('is cut at a chunk where it would be too large, says so, and no more is read', async () => {
    const api = new OneDocument(texts(1_000, 100));

    const text = await readText(api, at, 15_000);

    expect(Buffer.byteLength(text)).toBeLessThan(15_200);
    expect(text).toMatch(/… cut here: chunks 147 to 999 are left out; read on with get_chunks from 147$/);
    expect(api.asked).toHaveLength(2);
  });

  it('is not made of two versions', async () => {
    const changing = new OneDocument(texts(250, 10), (from) => (from === 0 ? 1 : 2));

    await expect(readText(changing, at, 100_000)).rejects.toThrow(TransientFailure);
  });
});
