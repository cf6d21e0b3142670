import { Readable } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';

import type { DocumentParsed, DocumentStaged, DocumentSubmitted } from '#events';
import { PermanentFailure } from '#failure';
import type { EventStageContext } from '#kafka';
import { RecordTypes } from '#records';

import { ChildSubmissions } from './child-submissions.js';
import { DocumentReader } from './document-reader.js';
import { Endings } from './endings.js';
import { FormatRegistry } from './formats/registry.js';
import { ParserStage } from './parser.stage.js';
import { readDocument, type ReadDocument, type ReadRequest } from './read-document.js';
import { aStagedDocument } from './staged.builder.js';
import { StagedBytes } from './staged-bytes.js';

/** Staging that holds one document, whatever it is asked for. */
class OneDocument extends StagedBytes {
  readonly found = new Map<string, Buffer>();

  constructor(private readonly bytes: Buffer) {
    super();
  }

  read(): Promise<Readable> {
    return Promise.resolve(Readable.from([this.bytes]));
  }

  async put(ref: string, stream: Readable): Promise<void> {
    this.found.set(ref, Buffer.concat((await stream.toArray()) as Buffer[]));
  }
}

/** Staging from which the bytes were removed. */
class NothingLeft extends OneDocument {
  override read(): Promise<Readable> {
    return Promise.reject(new PermanentFailure('nothing is staged', { reason: 'unreadable' }));
  }
}

class Ended extends Endings {
  constructor(private readonly ended: readonly string[]) {
    super();
  }

  hasEnded(ingestionId: string): Promise<boolean> {
    return Promise.resolve(this.ended.includes(ingestionId));
  }
}

/** Keeps what lies in documents, as it would be submitted. */
class Children extends ChildSubmissions {
  readonly held: DocumentSubmitted[] = [];

  hold(_parentIngestionId: string, children: readonly DocumentSubmitted[]): Promise<void> {
    this.held.push(...children);
    return Promise.resolve();
  }
}

const registry = new FormatRegistry();

/** Reads like the processes do, without any; what they are asked has to cross to them as data. */
class SameProcess extends DocumentReader {
  read(request: ReadRequest): Promise<ReadDocument> {
    return readDocument(deserialize(serialize(request)) as ReadRequest, registry);
  }
}

const options = {
  chunkTokens: 300,
  chunkOverlapTokens: 30,
  partChunksMax: 64,
  partBytesMax: 512 * 1024,
  dimensions: 384,
  childDepthMax: 3,
  childrenMax: 10,
  childBytesMax: 1_000_000,
  inflatedBytesMax: 10_000_000,
};

async function parsedFrom(
  staging: OneDocument,
  overrides: Partial<DocumentStaged> = {},
  signal = new AbortController().signal,
  ended: readonly string[] = [],
  types = new RecordTypes(),
  children = new Children(),
): Promise<DocumentParsed[]> {
  const ports = { staging, reader: new SameProcess(), endings: new Ended(ended), children };
  const stage = new ParserStage(ports, options, types);
  const context: EventStageContext = {
    event: {} as EventStageContext['event'],
    signal,
    attempt: 0,
    triedForMs: 0,
    nowMs: () => 9,
  };
  return stage.handle(aStagedDocument(overrides), context);
}

async function parsed(
  content: string | Buffer,
  overrides: Partial<DocumentStaged> = {},
  signal?: AbortSignal,
): Promise<DocumentParsed[]> {
  return parsedFrom(new OneDocument(Buffer.from(content as string)), overrides, signal);
}

async function textOf(content: string | Buffer, mediaType = 'text/plain'): Promise<string> {
  const parts = await parsed(content, { mediaType });
  return parts.flatMap(({ chunks }) => chunks.map(({ text }) => text)).join('\n---\n');
}

describe('a document whose staged bytes are gone', () => {
  const { ingestionId } = aStagedDocument();
  const parse = (ended: readonly string[]) => parsedFrom(new NothingLeft(Buffer.alloc(0)), {}, undefined, ended);

  it('is passed over if its ingestion has ended: it comes again after a crash', async () => {
    expect(await parse([ingestionId])).toEqual([]);
  });

  it('is given up otherwise', async () => {
    await expect(parse(['another'])).rejects.toMatchObject({ kind: 'permanent', reason: 'unreadable' });
  });
});

describe('plain text', () => {
  const longer =
    'Schöne Grüße aus der Straße der Bücher; die Prüfung der Verträge läuft, und wir hören über Änderungen früh.';

  it.each<[string, Buffer, string?]>([
    ['UTF-8 with a mark', Buffer.from('\ufeffGrüße')],
    ['UTF-16 with a mark', Buffer.from('\ufeffGrüße', 'utf16le')],
    ['big-endian UTF-16 with a mark', iconv.encode('Grüße', 'utf-16be', { addBOM: true })],
    ['UTF-16 without a mark', Buffer.from('Grüße', 'utf16le')],
    ['ISO-2022-JP', Buffer.from('\u001b$BF|K\\8l\u001b(B and more', 'latin1'), '日本語 and more'],
    ['an older encoding', iconv.encode(longer, 'windows-1252'), longer],
  ])('in %s is read', async (_name, bytes, expected = 'Grüße') => {
    expect(await textOf(bytes)).toBe(expected);
  });

  it.each([
    ['ISO-8859-1', '“Grüße”', 'windows-1252'],
    ['ISO-8859-2', 'Żółć', 'iso-8859-2'],
    ['Shift_JIS', '水道', 'shift_jis'],
  ])('of XML is read in the encoding that it declares: %s', async (declared, words, encoding) => {
    const xml = `<?xml version="1.0" encoding="${declared}"?>\n<a>${words}</a>`;

    expect(await textOf(iconv.encode(xml, encoding), 'application/xml')).toBe(xml);
  });

  it('loses NUL and other control characters, and every line ends alike', async () => {
    expect(await textOf('one\0\u0007 two\r\nthree\rfour')).toBe('one two\nthree\nfour');
  });
});

describe('what is said of a document', () => {
  it('loses NUL and half characters, which no store takes, whoever said it', async () => {
    const said = { title: 'The\u0000 plant\ud800', metadata: { 'te\u0000am': 'nor\u0000th' } };

    const [part] = await parsed('words', said);

    expect(part).toMatchObject({ title: 'The plant\ufffd', metadata: { team: 'north' } });
    const mail = 'From: a@b.example\r\nTo: c@d.example\r\nSubject: =?utf-8?B?YQBi?=\r\n\r\nwords';
    const [ofMail] = await parsed(mail, { mediaType: 'message/rfc822' });
    expect(ofMail).toMatchObject({ title: 'ab', metadata: { mail_subject: 'ab' } });
  });
});

describe('Markdown', () => {
  it('gives headings, words without marks, lists, tables and code', async () => {
    const source = [
      '---\ntitle: "The report"\n---\n# Plan\n\nSee **ACME** and [Bosch](https://bosch.example).',
      '- one\n  - two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nlet x;\n```',
    ].join('\n\n');

    const [part] = await parsed(source, { mediaType: 'text/markdown' });

    expect(part?.title).toBe('The report');
    expect(part?.chunks[0]).toMatchObject({
      text: 'Plan\n\nSee ACME and Bosch (https://bosch.example).\n\none\n\ntwo\n\na | b\n1 | 2\n\nlet x;',
      headingPath: ['Plan'],
    });
  });

  it.each([
    ['words', '---\nNot fields, but words.\n---\n\nMore.', 'Not fields, but words.\n\nMore.'],
    ['a list', '---\n- one\n---\n\nMore.', 'one\n\nMore.'],
    ['fields', '---\na: b\n---\n\nMore.', 'More.'],
  ])('that begins with %s between lines loses no words', async (_what, source, text) => {
    expect(await textOf(source, 'text/markdown')).toBe(text);
  });

  it('nested beyond reason still ends', async () => {
    expect(
      await textOf(`${'>'.repeat(50_000)} deep\n\n${'['.repeat(5_000)}\n\n${'*a '.repeat(5_000)}`, 'text/markdown'),
    ).toContain('deep');
  });
});

describe('values in columns', () => {
  it('say by which sign they are parted, in a line of its own that is no row', async () => {
    const [part] = await parsed('sep=|\nname|of\nMarta, Anna|Lindenau\n', { mediaType: 'text/csv' });

    expect(part?.chunks).toMatchObject([{ text: 'name: Marta, Anna | of: Lindenau', origin: { row: 3, lastRow: 3 } }]);
  });
});

describe('HTML', () => {
  it('gives title and main content, without scripts, hidden text and page furniture', async () => {
    const source = `<!doctype html><title>ACME &amp; Bosch</title><style>p{}</style><nav>Home</nav>
      <main><h1>Partners</h1><p>ACME and <a href="/b">Bosch</a><br>work &lt;together&gt;.</p><p hidden>ignore me</p>
      <table><tr><th>Year<th>Revenue</tr><tr><td>2024</td><td>$5.2M</td></tr></table><ul><li>one<li>two</ul></main>
      <script>alert('<p>no</p>')</script><footer>Imprint</footer>`;

    const [part] = await parsed(source, { mediaType: 'text/html' });

    expect(part?.title).toBe('ACME & Bosch');
    expect(part?.chunks.map(({ text }) => text)).toEqual([
      'Partners\n\nACME and Bosch\nwork <together>.\n\nYear | Revenue\n2024 | $5.2M\n\none\n\ntwo',
    ]);
  });

  it('fetched from the web shows where its links within the site lead; an upload is seen from nowhere', async () => {
    const page = '<p>The <a href="/pumps">pumps</a>.</p>';
    const readFrom = async (source: string, location: string): Promise<unknown> =>
      (await parsed(page, { mediaType: 'text/html', source, location }))[0]?.chunks[0]?.text;

    expect(await readFrom('http', 'https://lindenau.example/a')).toBe('The pumps (https://lindenau.example/pumps).');
    expect(await readFrom('local_upload', '/srv/a.html')).toBe('The pumps.');
  });

  it.each([
    ['ISO-8859-1', '<html><head><meta charset="ISO-8859-1">', ''],
    ['as XML', '<?xml version="1.0" encoding="iso-8859-1"?><html><head>', '</head>'],
  ])('in an encoding that it declares, %s, keeps the quotes that Windows has there', async (_how, head, end) => {
    const page = iconv.encode(`${head}${end}<p>“Grüße”`, 'windows-1252');

    expect(await textOf(page, 'text/html')).toBe('“Grüße”');
  });

  it('nested 100,000 deep is read like any other', async () => {
    expect(await textOf(`${'<div>'.repeat(100_000)}deep`, 'text/html')).toBe('deep');
  });
});

describe('JSON', () => {
  const record =
    '{"title":"Order","id":12345678901234567890,"lines":[{"item":"Widget","n":2}],"bad":"a\\u0000b","none":null}';

  it('gives readable lines, exact numbers and the record on part 1', async () => {
    const [part] = await parsed(record, { mediaType: 'application/json', source: 'json_record' });

    expect(part?.chunks[0]?.text).toBe(
      'title: Order\n\nid: 12345678901234567890\n\nlines[0].item: Widget\nlines[0].n: 2\n\nbad: ab',
    );
    expect(part?.title).toBe('Order');
    expect(part?.record).not.toContain('u0000');
  });

  it('of a type carries what its fields stand for, which was found where it was read', async () => {
    const order = {
      entities: [
        { field: 'customer', type: 'Organization' },
        { field: 'contacts[].name', type: 'Person' },
      ],
      relations: [{ source: 'contacts[].name', relation: 'WORKS_FOR', target: 'customer' }],
    };
    const types = new RecordTypes({ order: JSON.stringify(order) });
    const staging = new OneDocument(Buffer.from('{"customer":"ACME","contacts":[{"name":"Marta"},{"name":"Jon"}]}'));
    const staged = {
      mediaType: 'application/json',
      source: 'json_record',
      metadata: { record_type: 'order' },
    } as const;

    const [first] = await parsedFrom(staging, staged, undefined, [], types);

    expect(first).toMatchObject({
      chunks: [{ text: 'customer: ACME\n\ncontacts[0].name: Marta\ncontacts[1].name: Jon' }],
      mapped: {
        entities: [{ type: 'Organization', startOffset: 10, endOffset: 14 }, { type: 'Person' }, { type: 'Person' }],
        facts: [
          { source: 1, relation: 'WORKS_FOR', target: 0 },
          { source: 2, relation: 'WORKS_FOR', target: 0 },
        ],
      },
    });
  });

  it('of another source is no record', async () => {
    expect((await parsed(record, { mediaType: 'application/json' }))[0]?.record).toBeNull();
  });
});

describe('a mail with an attachment', () => {
  const head = 'From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=edge\r\n\r\n';
  const attached = 'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="one.txt"\r\n\r\nOne.\r\n';
  const mail = `${head}--edge\r\n\r\nSee there.\r\n--edge\r\n${attached}--edge--\r\n`;

  it('has it staged and held back as a document of its own, and says only its own text', async () => {
    const staging = new OneDocument(Buffer.from(mail));
    const children = new Children();

    const parts = await parsedFrom(staging, { mediaType: 'message/rfc822' }, undefined, [], undefined, children);

    expect(parts).toMatchObject([
      { children: 1, chunks: [{ text: expect.stringContaining('See there.') as unknown }] },
    ]);
    const { documentId, ingestionId } = aStagedDocument();
    const metadata = { parent_document_id: documentId, parent_ingestion_id: ingestionId, filename: 'one.txt' };
    expect(children.held).toMatchObject([{ documentId: `${documentId}!/attachments/1-one.txt`, metadata }]);
    expect(staging.found.get(children.held[0]?.ingestionId ?? '')?.toString()).toContain('One.');
  });

  it('that lies as deep as documents may is read without it, and says so', async () => {
    const staging = new OneDocument(Buffer.from(mail));
    const children = new Children();
    const deep = { mediaType: 'message/rfc822', metadata: { nesting: `${options.childDepthMax}/9/999` } };

    const [part] = await parsedFrom(staging, deep, undefined, [], undefined, children);

    expect(part).toMatchObject({
      children: 0,
      warnings: ['the document inside was not read: nested over 3 levels'],
      chunks: [{ text: expect.stringContaining('See there.') as unknown }],
    });
    expect([children.held, [...staging.found]]).toEqual([[], []]);
  });
});

describe('the parser', () => {
  it.each([
    ['unsupported', 'application/msword', 'x'],
    ['corrupt', 'application/pdf', '%PDF-1.7'],
    ['empty', 'text/plain', ' \n\t '],
    ['empty', 'text/html', '<script>only()</script>'],
    ['empty', 'application/json', '{}'],
    ['corrupt', 'application/json', '{"a":'],
    ['corrupt', 'application/json', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['corrupt', 'application/json', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`],
  ])('refuses for good, as %s, what claims to be %s', async (reason, mediaType, content) => {
    await expect(parsed(content, { mediaType })).rejects.toMatchObject({ kind: 'permanent', reason });
  });

  it('says which media type it cannot read', async () => {
    await expect(parsed('x', { mediaType: 'application/msword' })).rejects.toThrow('application/msword');
  });

  it('says the same when the same event comes again', async () => {
    const text = 'John Smith is CEO of ACME Corporation. '.repeat(200);

    expect(await parsed(text)).toEqual(await parsed(text));
  });

  it('stops when the work is called off', async () => {
    const signal = AbortSignal.abort(new Error('partition lost'));

    await expect(parsed('# x\n\ntext', { mediaType: 'text/markdown' }, signal)).rejects.toThrow('partition lost');
  });

  it.each([
    ['of sentences', 'John Smith of ACME Corporation met Bosch Technologies in Stuttgart. '],
    ['without spaces', 'abcdefghij0123456789'],
    ['of one letter', 'a'],
    ['without words', '!?'],
  ])('reads a million characters in one line %s in bounded time', async (_name, piece) => {
    expect((await parsed(piece.repeat(1_000_000 / piece.length))).length).toBeGreaterThan(1);
  });
});
