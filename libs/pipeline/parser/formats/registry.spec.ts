import { globSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { readDocument } from '../read-document.js';
import { DocumentText } from './document-text.js';
import type { Format, FormatEntry } from './format.js';
import { FormatRegistry, formats } from './registry.js';
import { sniffMediaType } from './sniff.js';

/** A format as somebody would add it: a file that exports this … */
const backwards: Format = {
  parse: (bytes, { cleaning }) => {
    const document = new DocumentText(cleaning);
    document.add('paragraph', [...bytes.toString('utf8')].reverse().join(''));
    return document.finish('Backwards');
  },
};
/** … and a line in the registry. */
const line: FormatEntry = {
  name: 'backwards',
  mediaTypes: ['text/x-backwards'],
  extensions: { bwd: 'text/x-backwards' },
  isPossible: ({ text }) => text.startsWith('.'),
  load: () => Promise.resolve(backwards),
};

describe('the registry of formats', () => {
  it('takes a new format as one entry, and all else follows', async () => {
    const request = {
      bytes: Buffer.from('.eguag eht sdniw atraM'),
      mediaType: 'text/x-backwards',
      chunks: { chunkTokens: 300, chunkOverlapTokens: 0 },
      limits: { inflatedBytesMax: 1_000, childrenMax: 1 },
    };

    const read = await readDocument(request, new FormatRegistry([...formats, line]));

    expect(read).toMatchObject({ title: 'Backwards', passages: [{ text: 'Marta winds the gauge.' }] });
    await expect(readDocument(request, new FormatRegistry())).rejects.toMatchObject({
      reason: 'unsupported',
    });
  });

  it('knows the documents of a new format by their names, as far as their bytes allow', async () => {
    const typeOf = (words: string): Promise<string> =>
      sniffMediaType(Buffer.from(words), { mediaType: null, names: ['a.bwd'] }, [...formats, line]);

    expect(await typeOf('.eguag')).toBe('text/x-backwards');
    expect(await typeOf('gauge.')).toBe('text/plain');
  });

  it('gives each extension and each sign of an archive to one format', () => {
    const extensions = formats.flatMap((entry) => Object.keys(entry.extensions ?? {}));
    const entries = formats.flatMap(({ archiveEntry }) => archiveEntry ?? []);

    expect(new Set(extensions).size).toBe(extensions.length);
    expect(new Set(entries).size).toBe(entries.length);
    for (const entry of formats) {
      for (const type of Object.values(entry.extensions ?? {})) expect(entry.mediaTypes).toContain(type);
    }
  });

  it('names each format and each media type once, and each reader is a file beside it', async () => {
    const types = formats.flatMap(({ mediaTypes }) => mediaTypes);
    const readers = await Promise.all(formats.map((entry) => entry.load()));

    expect(new Set(types).size).toBe(types.length);
    expect(new Set(formats.map(({ name }) => name)).size).toBe(formats.length);
    expect(new Set(readers).size).toBe(formats.length);
    for (const reader of readers) expect(typeof reader.parse).toBe('function');
    expect(globSync('*.ts', { cwd: join(import.meta.dirname) }).length).toBeGreaterThan(formats.length);
  });
});
