import { request } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { archiveInputs, nested } from '../bad-input/archives.js';
import type { BadInput } from '../bad-input/bad-input.js';
import { compoundInputs } from '../bad-input/compound-files.js';
import { jsonInputs } from '../bad-input/json.js';
import { lieInputs, truncated } from '../bad-input/lies.js';
import { markupInputs } from '../bad-input/markup.js';
import { officeInputs } from '../bad-input/office.js';
import { pdfInputs } from '../bad-input/pdfs.js';
import { surroundingsOf } from '../bad-input/surroundings.js';
import { uploadNames } from '../bad-input/upload-names.js';
import { textInputs } from '../bad-input/texts.js';
import { eventually } from './eventually.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acceptedOf, type Answer, type IngestionSeen } from './penstock-api.js';
import { StoreViews } from './store-views.js';

/** Some of each class; all of them go through the readers in `test/bad-input`. */
const sampled: readonly (readonly [readonly BadInput[], RegExp])[] = [
  [
    archiveInputs,
    /climbs out$|the same bytes|zeros that call|a wrong checksum|a password|nothing$|symbolic link to|holds NUL/u,
  ],
  [
    officeInputs,
    /^docx: a billion laughs in word\/document|^xlsx: an entity that names a file in xl\/workbook|^epub: protected|templates elsewhere/u,
  ],
  [
    pdfInputs,
    /a password|holds itself$|of ten gigabytes$|a picture and no text|runs when it is opened|a header and noise|never packed/u,
  ],
  [textInputs, /NUL between|Cypher that deletes|SQL that drops|Redis commands|orders to a model|windows-1251|noise/u],
  [compoundInputs, /old Excel/u],
  [jsonInputs, /cut off|objects 100,000 deep|a prototype|beyond all numbers|half a surrogate/u],
  [
    markupInputs,
    /names a prototype|HTML that fetches|XML that names a file|RTF that never closes|climbs out|breaks its line/u,
  ],
  [lieInputs, /program \(Linux\) called a\.pdf|report\.docx called a\.txt/u],
  [truncated, /: (?:flow\.pdf|letter\.rtf|stations\.csv|record\.json) without 50/u],
];
const inputs = sampled.flatMap(([all, which]) => all.filter(({ what }) => which.test(what)));
const neighbours = Array.from({ length: 6 }, (_, n) => `neighbour ${n}`);

let penstock: PenstockUnderTest;
let stores: StoreViews;
let surroundings: readonly string[];
const namespace = aNamespace('baddocs');

beforeAll(async () => {
  stores = new StoreViews();
  penstock = await startPenstock({
    chunkOverlapTokens: 0,
    uploadBytesMax: 32 * 1024 ** 2,
    parseTimeoutMs: 40_000,
    parseMemoryBytesMax: 384 * 1024 ** 2,
    parseInflatedBytesMax: 20_000_000,
    childrenMax: 40,
  });
  surroundings = surroundingsOf(penstock.config.stagingFolder);
});

afterAll(async () => {
  await penstock.stop();
  await stores.close();
  expect(penstock.fatal).toEqual([]);
});

const upload = (name: string, content: Buffer, documentId: string): Promise<Answer> =>
  penstock.api.upload({ name, content: new Uint8Array(content) }, { namespace, documentId });

async function liveText(documentId: string): Promise<string> {
  const rows = await stores.sql(
    'SELECT text FROM penstock.live_chunks WHERE namespace = $1 AND document_id = $2 ORDER BY seq',
    [namespace, documentId],
  );
  return rows.map(({ text }) => String(text)).join('\n\n');
}

describe('bad documents, between ordinary ones', () => {
  const seen = new Map<string, IngestionSeen>();

  beforeAll(async () => {
    const documents = [
      ...inputs.map(({ what, name, bytes }) => ({ documentId: what, name, bytes: bytes() })),
      ...neighbours.map((documentId) => ({
        documentId,
        name: 'a.txt',
        bytes: Buffer.from('John Smith works for ACME Corporation.'),
      })),
    ];
    for (const { documentId, name, bytes } of documents) {
      seen.set(documentId, acceptedOf(await upload(name, bytes, documentId)) as IngestionSeen);
    }
    for (const [documentId, { ingestionId }] of seen) {
      seen.set(documentId, await penstock.api.outcome(ingestionId, 300_000));
    }
  }, 400_000);

  it('are a fair sample', () => {
    expect(inputs.length).toBeGreaterThanOrEqual(30);
  });

  it.each(inputs.map((one) => [one.what, one] as const))('%s', async (what, { outcome }) => {
    const ingestion = seen.get(what);
    if ('refused' in outcome) {
      expect(ingestion).toMatchObject({ status: 'failed', error: { role: 'parser' } });
      expect([outcome.refused].flat()).toContain(ingestion?.error?.reason);
      expect(ingestion?.error?.message).toMatch(/^[^\n]{8,400}$/u);
      return;
    }
    expect(ingestion).toMatchObject({ status: 'live', error: null });
    const text = await liveText(what);
    if (typeof outcome.text === 'string') expect(text.split(/\s+/u)).toEqual(outcome.text.split(/\s+/u));
    else expect(text).toMatch(outcome.text);
    if (outcome.warning !== undefined) expect(JSON.stringify(ingestion?.timeline)).toMatch(outcome.warning);
  });

  it('leave the ordinary ones alone, and nothing of themselves in any store', async () => {
    const live = [...seen].filter(([, { status }]) => status === 'live').map(([documentId]) => documentId);

    expect(live).toEqual(expect.arrayContaining(neighbours));
    const kept = Object.values(await stores.liveIngestions(namespace)).map((of) =>
      Object.keys(of).filter((documentId) => !documentId.includes('!/')),
    );
    for (const documents of kept) expect(documents.sort()).toEqual([...live].sort());
  });

  it('leave in staging what failed, for as long as the janitor keeps it, and nothing else', async () => {
    const failed = new Set([...seen.values()].flatMap((one) => (one.status === 'failed' ? [one.ingestionId] : [])));
    const children = async (): Promise<Set<string>> => {
      const rows = await stores.sql(
        `SELECT ingestion_id FROM penstock.ingestions WHERE namespace = $1 AND document_id LIKE '%!/%' AND status = 'failed'`,
        [namespace],
      );
      return new Set(rows.map(({ ingestion_id }) => String(ingestion_id)));
    };

    const others = await eventually(
      'staging to hold only what failed',
      async () => {
        const known = await children();
        const left = (await penstock.stagedFiles()).filter(
          (name) => ![...failed, ...known].some((id) => name.startsWith(id)),
        );
        return left.length === 0 ? left : undefined;
      },
      60_000,
    );

    expect(others).toEqual([]);
  });
});

describe('archives in archives', () => {
  it('end: no more documents come out of them than one may hold, and each has an outcome', async () => {
    const { ingestionId } = acceptedOf(await upload('a.zip', nested(5), 'nested'));
    await penstock.api.outcome(ingestionId, 120_000);

    const settled = await eventually(
      'all that came out of it to end',
      async () => {
        const rows = await stores.sql(
          `SELECT document_id, status FROM penstock.ingestions WHERE namespace = $1 AND document_id LIKE 'nested!/%'`,
          [namespace],
        );
        const isOver = ({ status }: (typeof rows)[number]): boolean => ['live', 'failed'].includes(String(status));
        return rows.length >= 16 && rows.every(isOver) ? rows : undefined;
      },
      180_000,
    );

    expect(settled.length).toBeLessThanOrEqual(40);
    expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['live']));
  });
});

describe('names of uploads', () => {
  it.each(uploadNames)('that %s are only names', async (what, name) => {
    const { ingestionId } = acceptedOf(
      await upload(name, Buffer.from(`Marta winds the gauge: ${what}.`), `name ${what}`),
    );

    const ingestion = await penstock.api.outcome(ingestionId, 120_000);

    expect(ingestion).toMatchObject({ status: 'live', documentId: `name ${what}` });
    expect(await liveText(`name ${what}`)).toBe(`Marta winds the gauge: ${what}.`);
  });
});

describe('staging', () => {
  it('holds everything under the ids of ingestions, and no name led anything out of it', async () => {
    for (const name of await penstock.stagedFiles()) expect(name).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}(?:\W|$)/u);
    expect(surroundingsOf(penstock.config.stagingFolder)).toEqual(surroundings);
  });
});

describe('a body without end', () => {
  it('is refused at its limit, whatever else would come', async () => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const headers = { 'content-type': 'multipart/form-data; boundary=b', 'transfer-encoding': 'chunked' };
    const upload = request(`${penstock.api.address}/v1/documents`, { method: 'POST', headers });
    let sent = 0;
    let isOver = false;
    upload.on('response', (response) => {
      isOver = true;
      response.resume();
      resolve(response.statusCode);
    });
    upload.on('error', (error) => (isOver ? undefined : reject(error)));
    upload.write('--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n');
    const piece = Buffer.alloc(1024 ** 2, 'x');
    const more = (): void => {
      if (isOver || sent > 10 * 1024 ** 3) return;
      sent += piece.length;
      upload.write(piece, more);
    };
    more();

    expect(await promise).toBe(413);
    upload.destroy();
    expect(sent).toBeLessThan(256 * 1024 ** 2);
  });
});
