import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { entityUuid, type DocumentEmbedded } from '#events';
import { claimTexts } from '#identity';
import {
  chunkLine,
  documentLine,
  entityLine,
  factLine,
  metadataDigest,
  PieceTally,
  placeLine,
  type Holding,
  type PieceKind,
  type Pieces,
  type StoreAuditor,
} from '#stores/auditor';
import type { StoreWriter } from '#stores/port';

import { anIngestion, ref } from '../../test/builders/index.js';
import { allPages } from './contract/all-pages.contract.js';

/** One store under test: what the writer wrote is what the auditor has to see. */
export interface AuditorHarness {
  readonly auditor: StoreAuditor;
  readonly writer: StoreWriter;
  /** What the digest of the document is made of, if the store words it in its own way. */
  readonly lineOf?: (part: DocumentEmbedded) => string;
  close(): Promise<void>;
}

type Parts = readonly DocumentEmbedded[];

const signal = new AbortController().signal;
const hourMs = 3_600_000;

/** The promises of the port, run against every store and the fake, in namespaces of their own. */
export function storeAuditorContract(name: string, makeHarness: () => Promise<AuditorHarness>): void {
  describe(`${name} keeps the promises of a StoreAuditor`, () => {
    let harness: AuditorHarness;
    const namespace = (): string => `audit-${randomUUID()}`;
    const write = async (parts: Parts) =>
      (await harness.writer.writePending({ parts, receipts: [], signal })).outcomes.at(-1);
    const promote = async (parts: Parts) => (await harness.writer.promote([ref(parts)], signal))[0]?.state;
    const makeLive = async (parts: Parts): Promise<void> => {
      await write(parts);
      expect(await promote(parts)).toBe('live');
    };
    const documentOf = (parts: Parts) => {
      const { namespace: own, documentId } = ref(parts);
      return { namespace: own, documentId };
    };
    const inspect = async (parts: Parts) => {
      const [held] = await harness.auditor.inspect([{ ...documentOf(parts), ingestionIds: [] }], signal);
      return held;
    };
    const holding = async (parts: Parts): Promise<Holding | undefined> =>
      (await inspect(parts))?.holdings.find(({ ingestionId }) => ingestionId === ref(parts).ingestionId);
    const expected = (parts: Parts): Pieces => {
      const all = Object.entries(wholePieces(parts, harness.lineOf ?? documentLine));
      return Object.fromEntries(all.filter(([kind]) => harness.auditor.keeps.includes(kind as PieceKind)));
    };

    beforeAll(async () => {
      harness = await makeHarness();
      await harness.writer.prepare();
    });

    afterAll(async () => {
      await harness.writer.close();
      await harness.close();
    });

    it('sees a live ingestion whole, with the same sums as every other store', async () => {
      const parts = rich(namespace());
      await makeLive(parts);

      expect(await inspect(parts)).toMatchObject({
        document: documentOf(parts),
        liveIngestion: ref(parts).ingestionId,
      });
      expect(await holding(parts)).toEqual({
        ingestionId: ref(parts).ingestionId,
        state: 'live',
        visible: expected(parts),
        hidden: {},
      });
    });

    it.each([
      ['none', {}],
      [
        'any',
        { 'z "quoted"': 'a=b %3D "c"', '🦀': '', 10: 'ten', '9': '🦀 \\u0041', "it's": '{}', __proto__x: '\u{FFFD}' },
      ],
    ])('sees the same metadata as every other store where there is %s', async (_how, metadata) => {
      const parts = anIngestion({ namespace: namespace() }).withParts(2).withMetadata(metadata).build();
      await makeLive(parts);

      expect((await holding(parts))?.visible).toEqual(expected(parts));
    });

    it('sees the same places as every other store, whatever headings and origins say', async () => {
      const parts = anIngestion({ namespace: namespace() })
        .withParts(2)
        .build()
        .map((part) => ({ ...part, chunks: part.chunks.map((chunk) => ({ ...chunk, ...strangePlace(chunk.seq) })) }));
      await makeLive(parts);

      expect((await holding(parts))?.visible).toEqual(expected(parts));
    });

    it.each(['A', `${'LONG_'.repeat(12)}ER2`, 'says "so" of', 'heißt_🦀'])(
      'sees the same facts as every other store where their relation is %s',
      async (relation) => {
        const parts = rich(namespace()).map((part) => ({
          ...part,
          facts: part.facts.map((fact) => ({ ...fact, relation })),
        }));
        await makeLive(parts);

        expect((await holding(parts))?.visible).toEqual(expected(parts));
      },
    );

    it('sees a pending ingestion beside the live one, hidden', async () => {
      const own = namespace();
      const [live, pending] = [rich(own), rich(own, 2)];
      await makeLive(live);
      await write(pending);

      expect((await holding(pending))?.visible).toEqual({});
      expect(Object.keys((await holding(pending))?.hidden ?? {})).not.toEqual([]);
      expect((await holding(live))?.visible).toEqual(expected(live));
    });

    it('sees nothing of a document that nobody wrote', async () => {
      const [held] = await harness.auditor.inspect(
        [{ namespace: namespace(), documentId: 'none', ingestionIds: [randomUUID()] }],
        signal,
      );

      expect(held?.liveIngestion).toBeUndefined();
      expect(held?.holdings.filter(({ visible, hidden }) => hasPieces(visible) || hasPieces(hidden))).toEqual([]);
    });

    it('answers for what it holds when it is asked about ids that only another store could hold', async () => {
      const parts = rich(namespace());
      await makeLive(parts);

      const strange = ['', 'no uuid', `${ref(parts).ingestionId} `];
      const [held] = await harness.auditor.inspect([{ ...documentOf(parts), ingestionIds: strange }], signal);

      expect(held?.holdings.filter(({ visible }) => hasPieces(visible)).map(({ ingestionId }) => ingestionId)).toEqual([
        ref(parts).ingestionId,
      ]);
    });

    it('finds every ingestion with pieces, however small the pages', async () => {
      const own = namespace();
      const [live, pending, gone] = [rich(own, 1, 'a/b: c'), rich(own, 2, 'letter:chunks'), rich(own, 3, 'gone')];
      await makeLive(live);
      await write(pending);
      await makeLive(gone);
      await harness.writer.retract([ref(gone)], signal);

      const found = await allPages((cursor) => harness.auditor.scan(cursor, 2, signal));

      const names = found
        .filter(({ document }) => document?.namespace === own)
        .map(({ ingestionId, document }) => `${document?.documentId} ${ingestionId}`);
      expect([...new Set(names)].sort()).toEqual(
        [live, pending].map((parts) => `${ref(parts).documentId} ${ref(parts).ingestionId}`).sort(),
      );
    });

    it.each(['live', 'pending'])('removes a %s ingestion that ended, and lets none of it come back', async (kind) => {
      const own = namespace();
      const [ended, neighbour] = [rich(own), rich(own, 1, 'neighbour')];
      await (kind === 'live' ? makeLive(ended) : write(ended));
      await makeLive(neighbour);

      const found = { ingestionId: ref(ended).ingestionId, document: documentOf(ended) };
      await harness.auditor.remove(found, signal);
      await harness.auditor.remove(found, signal);

      expect(pieceKindsOf(await holding(ended))).toEqual([]);
      expect(await write(ended)).toBe(kind === 'live' ? 'replaced' : 'compensated');
      expect(pieceKindsOf(await holding(ended))).toEqual([]);
      expect((await holding(neighbour))?.visible).toEqual(expected(neighbour));
      const next = rich(own, 2);
      await makeLive(next);
      expect((await holding(next))?.visible).toEqual(expected(next));
    });

    it('opens a live ingestion again, so that it can be written and promoted anew', async () => {
      const parts = rich(namespace());
      await makeLive(parts);

      const opened = await harness.auditor.reopen(ref(parts), harness.auditor.keeps, signal);
      const between = await holding(parts);
      await makeLive(parts);

      expect(opened).toBe(true);
      expect(between?.visible ?? {}).toEqual({});
      expect((await holding(parts))?.visible).toEqual(expected(parts));
      expect((await inspect(parts))?.liveIngestion).toBe(ref(parts).ingestionId);
    });

    it('opens an ingestion of which nothing is left or known', async () => {
      const parts = rich(namespace());

      expect(await harness.auditor.reopen(ref(parts), harness.auditor.keeps, signal)).toBe(true);

      await makeLive(parts);
      expect((await holding(parts))?.visible).toEqual(expected(parts));
    });

    it('does not open what a newer version replaced or a retraction covers', async () => {
      const own = namespace();
      const [first, second, retracted] = [rich(own), rich(own, 2), rich(own, 1, 'retracted')];
      await makeLive(first);
      await makeLive(second);
      await makeLive(retracted);
      await harness.writer.retract([ref(retracted)], signal);

      expect(await harness.auditor.reopen(ref(first), harness.auditor.keeps, signal)).toBe(false);
      expect(await harness.auditor.reopen(ref(retracted), harness.auditor.keeps, signal)).toBe(false);

      expect((await holding(second))?.visible).toEqual(expected(second));
      expect(pieceKindsOf(await holding(first))).toEqual([]);
      expect(await write(retracted)).toBe('retracted');
    });

    it('gives way to a newer version that came between opening and promotion', async () => {
      const own = namespace();
      const [damaged, newer] = [rich(own), rich(own, 2)];
      await makeLive(damaged);
      await harness.auditor.reopen(ref(damaged), harness.auditor.keeps, signal);
      await makeLive(newer);

      await write(damaged);

      expect(await promote(damaged)).toBe('superseded');
      expect((await holding(newer))?.visible).toEqual(expected(newer));
      expect(pieceKindsOf(await holding(damaged))).toEqual([]);
    });

    it('forgets tombstones once they are old, and neither younger ones nor what is live', async () => {
      const own = namespace();
      const [live, gone, undone] = [rich(own), rich(own, 1, 'gone'), rich(own, 1, 'undone')];
      await makeLive(live);
      await makeLive(gone);
      await harness.writer.retract([ref(gone)], signal);
      await harness.writer.compensate([ref(undone)], signal);
      const old = async (beforeMs: number) =>
        (await allPages((cursor) => harness.auditor.tombstones(beforeMs, { cursor, limit: 3 }, signal))).filter(
          ({ document }) => document.namespace === own,
        );
      const afterAll = Date.now() + hourMs;
      const rounds = [await old(afterAll)];
      await harness.auditor.forget(rounds[0] ?? [], Date.now() - hourMs, signal);
      const kept = await old(afterAll);
      for (let round = 0; round < 2; round += 1) await harness.auditor.forget(await old(afterAll), afterAll, signal);

      expect(kept).toEqual(rounds[0]);
      expect(await old(afterAll)).toEqual([]);
      expect((await holding(live))?.state).toBe('live');
      expect((await holding(live))?.visible).toEqual(expected(live));
    });
  });
}

/** An ingestion with something of every kind. */
function rich(namespace: string, version = 1, documentId = 'handbook'): DocumentEmbedded[] {
  const parts = anIngestion({ namespace, documentId, version })
    .withParts(2)
    .withEntities(['Ada', 'Grace', 'Linus'])
    .withFacts()
    .build();
  const others = ['Ada Lovelace', 'Ada King'].map((name) => entityUuid(namespace, 'Person', name));
  const claim = { isShort: true, otherIngestionId: entityUuid(namespace, 'Document', 'other') };
  return parts.map((part) => ({
    ...part,
    claims: part.entities.flatMap(({ uuid }) => others.map((otherUuid) => ({ entityUuid: uuid, otherUuid, ...claim }))),
  }));
}

/** A place that stores may well write in different ways. */
function strangePlace(seq: number): Pick<DocumentEmbedded['chunks'][number], 'endOffset' | 'headingPath' | 'origin'> {
  const strange = ['"q" \\ /', 'a\tb\nc\u0001\u007f', '🦀 \u2028\u00ad', '', 'null', '{a,b}'];
  const origin = { page: null, lastPage: null, sheet: 'Q1 "\u001f/\\🦀', row: 2, lastRow: 2 ** 31 - 1 };
  return {
    endOffset: 2 ** 31 - 1 - seq,
    headingPath: seq === 0 ? [] : strange.slice(0, 2 * seq),
    origin: seq === 1 ? null : origin,
  };
}

/** The pieces of an ingestion as its events have them. */
function wholePieces(parts: Parts, lineOf: (part: DocumentEmbedded) => string): Pieces {
  const tally = new PieceTally();
  for (const first of parts.slice(0, 1)) {
    tally.add('documents', lineOf(first));
    tally.addCopy('metadata', metadataDigest(first.metadata));
  }
  const entities = new Map(parts.flatMap((part) => part.entities.map((entity) => [entity.uuid, entity] as const)));
  const claims = parts.flatMap((part) => part.claims);
  for (const { uuid, type, name } of entities.values()) {
    tally.add('entities', entityLine(uuid, type, name, claimTexts(claims, uuid)));
  }
  for (const { chunks, mentions, facts } of parts) {
    for (const chunk of chunks) {
      tally.add('chunks', chunkLine(chunk.seq, chunk.chunkId, chunk.text));
      tally.add('places', placeLine(chunk));
    }
    for (const _mention of mentions) tally.add('mentions');
    for (const fact of facts) tally.add('facts', factLine(fact));
  }
  return tally.pieces();
}

function hasPieces(pieces: Pieces): boolean {
  return Object.keys(pieces).length > 0;
}

function pieceKindsOf(held: Holding | undefined): string[] {
  return [...Object.keys(held?.visible ?? {}), ...Object.keys(held?.hidden ?? {})];
}
