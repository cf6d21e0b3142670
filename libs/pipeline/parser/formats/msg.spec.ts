import { describe, expect, it } from '@jest/globals';
import { burn, type Entry } from '@kenjiuno/msgreader/lib/Burner.js';

import { readDocument, type ReadDocument } from '../read-document.js';
import { FormatRegistry } from './registry.js';

/** What lies in a compound file: storages by their names, and streams. */
interface Storage {
  readonly [name: string]: Storage | Buffer;
}

const [storageType, streamType, rootType] = [1, 2, 5] as const;

function entriesOf(
  storage: Storage,
  entries: Entry[] = [{ name: 'Root Entry', type: rootType, length: 0, children: [] }],
): Entry[] {
  const parent = entries.at(-1);
  for (const [name, content] of Object.entries(storage)) {
    parent?.children?.push(entries.length);
    if (Buffer.isBuffer(content)) {
      entries.push({ name, type: streamType, length: content.length, binaryProvider: () => Uint8Array.from(content) });
    } else {
      entries.push({ name, type: storageType, length: 0, children: [] });
      entriesOf(content, entries);
    }
  }
  return entries;
}

/** Properties whose values are in streams: words by their tags, and bytes. */
const properties = (headerBytes: number, values: Readonly<Record<string, string | Buffer>>): Storage => ({
  '__properties_version1.0': Buffer.alloc(headerBytes),
  ...Object.fromEntries(
    Object.entries(values).map(([tag, value]) =>
      typeof value === 'string'
        ? [`__substg1.0_${tag}001F`, Buffer.from(value, 'utf16le')]
        : [`__substg1.0_${tag}0102`, value],
    ),
  ),
});

const [subject, body, html, packedRtf, from] = ['0037', '1000', '1013', '1009', '0C1A'] as const;
const [shownName, fileName, bytes] = ['3001', '3707', '3701'] as const;
const mail = (values: Readonly<Record<string, string | Buffer>>, more: Storage = {}, headerBytes = 32): Storage => ({
  ...properties(headerBytes, { [from]: 'Marta Blum', ...values }),
  ...more,
});
const attachment = (number: number, content: Storage): Storage => ({
  [`__attach_version1.0_#0000000${number}`]: content,
});

async function readBytes(given: Uint8Array): Promise<ReadDocument> {
  const request = {
    ...{ bytes: Buffer.from(given), mediaType: 'application/x-cfb' },
    chunks: { chunkTokens: 300, chunkOverlapTokens: 0 },
    limits: { inflatedBytesMax: 100_000, childrenMax: 9 },
  };
  return readDocument(request, new FormatRegistry());
}
const read = (storage: Storage): Promise<ReadDocument> => readBytes(burn(entriesOf(storage)));
const textOf = ({ passages }: ReadDocument): string => passages.map(({ text }) => text).join('\n\n');

/** Rich text as it is kept where it is not worth packing. */
function unpacked(rtf: string): Buffer {
  const header = Buffer.alloc(16);
  header.write('MELA', 8, 'latin1');
  return Buffer.concat([header, Buffer.from(rtf, 'latin1')]);
}

describe('a message of Outlook', () => {
  it('that lies in another one is a document of its own, and so is what is attached to it', async () => {
    const inner = mail(
      { [subject]: 'The valve', [body]: 'It sticks.' },
      attachment(0, properties(8, { [fileName]: 'valves.csv', [bytes]: Buffer.from('a,b\n1,2\n') })),
      24,
    );
    const held = { ...properties(8, { [shownName]: 'The valve' }), '__substg1.0_3701000D': inner };

    const outer = await read(mail({ [subject]: 'Valves', [body]: 'See there.' }, attachment(0, held)));
    const child = await readBytes(outer.children[0]?.bytes ?? Buffer.alloc(0));

    expect(textOf(outer)).toBe('From: Marta Blum <>\nSubject: Valves\n\nSee there.\n\nAttachments: The valve.msg');
    expect(outer.children).toHaveLength(1);
    expect(child).toMatchObject({ title: 'The valve', mediaType: 'application/vnd.ms-outlook' });
    expect(textOf(child)).toContain('It sticks.');
    expect(child.children.map(({ name, bytes: found }) => [name, Buffer.from(found).toString()])).toEqual([
      ['valves.csv', 'a,b\n1,2\n'],
    ]);
  });

  it.each([
    ['rich text', "{\\rtf1\\ansi\\ansicpg1252 Dear J\\'f6rg,\\par the valve sticks.\\par}"],
    [
      'a page in rich text',
      '{\\rtf1\\ansi\\ansicpg1252\\fromhtml1{\\fonttbl{\\f0 Arial;}}{\\*\\htmltag64 <p>}' +
        "Dear J\\'f6rg,{\\*\\htmltag72 </p>}\\htmlrtf\\par\\htmlrtf0 {\\*\\htmltag84 <b>}{\\htmlrtf\\b\\htmlrtf0 " +
        'the valve}{\\*\\htmltag92 </b>} sticks.}',
    ],
  ])('whose body is %s alone is read', async (_what, rtf) => {
    const found = await read(mail({ [subject]: 'The valve', [packedRtf]: unpacked(rtf) }));

    expect(textOf(found)).toBe('From: Marta Blum <>\nSubject: The valve\n\nDear Jörg,\n\nthe valve sticks.');
    expect(found.warnings).toEqual([]);
  });

  it('whose body is there in several forms is read once', async () => {
    const rtf = unpacked('{\\rtf1 It sticks.}');
    const page = Buffer.from('<p>It sticks.');

    const plain = await read(mail({ [body]: 'It sticks.', [html]: page, [packedRtf]: rtf }));
    const asPage = await read(mail({ [body]: ' ', [html]: page, [packedRtf]: rtf }));

    expect([plain, asPage].map(textOf)).toEqual(Array(2).fill('From: Marta Blum <>\n\nIt sticks.'));
  });

  it.each([
    ['is damaged', Buffer.from('not packed at all'), 'the body of the e-mail is damaged and was left out'],
    ['breaks off', unpacked('{\\rtf1 It sti'), 'the RTF breaks off; what stands before is read'],
  ])('whose rich text %s is read as far as it goes, and says so', async (_how, rtf, warning) => {
    const found = await read(mail({ [subject]: 'The valve', [packedRtf]: rtf }));

    expect(textOf(found)).toContain('Subject: The valve');
    expect(found.warnings).toEqual([warning]);
  });

  it('names what is attached as a link to a file, and reads all else', async () => {
    const linked = properties(8, { [shownName]: 'plan.docx' });

    const found = await read(mail({ [body]: 'See the plan.' }, attachment(0, linked)));

    expect(textOf(found)).toBe('From: Marta Blum <>\n\nSee the plan.\n\nAttachments: plan.docx');
    expect(found.warnings).toEqual(['not read: plan.docx (empty)']);
  });
});
