import { describe, expect, it } from '@jest/globals';

import { chunkId, entityUuid, type DocumentParsed } from '#events';
import type { EventStageContext } from '#kafka';
import { ExtractionModel, RulesExtractionModel, type Extraction } from '#models';

import { Metrics } from '#telemetry';

import { ExtractorStage, type Interest } from './index.js';

const nowMs = 1_750_000_000_000;
const ingestionId = '01977f42-0000-7000-8000-000000000001';
const context = { signal: new AbortController().signal, nowMs: () => nowMs } as EventStageContext;

const wanted: Interest = { isWanted: () => Promise.resolve(true) };

function parsedPart(...texts: string[]): DocumentParsed {
  const chunks = texts.map((text, seq) => ({
    chunkId: chunkId(ingestionId, seq),
    seq,
    text,
    tokenCount: 1,
    startOffset: 0,
    endOffset: text.length,
    headingPath: [],
    origin: null,
  }));
  return {
    namespace: 'default',
    documentId: 'report',
    ingestionId,
    version: 1,
    source: 'inline',
    location: null,
    mediaType: 'text/plain',
    title: 'Report',
    metadata: {},
    submittedAt: 1,
    sha256: '0'.repeat(64),
    sizeBytes: 1,
    stagingRef: 'ref',
    part: 1,
    parts: 1,
    chunkCount: chunks.length,
    chunks,
    record: null,
    warnings: [],
    children: 0,
    mapped: null,
    parsedAt: 2,
  };
}

/** Answers with what it is given; a provider's model cannot be trusted more than this. */
class ScriptedModel extends ExtractionModel {
  override readonly id = 'scripted/1';
  override readonly version = '1';

  asked = 0;

  constructor(private readonly answers: Extraction[]) {
    super();
  }

  override async extract(): Promise<Extraction[]> {
    this.asked += 1;
    return this.answers;
  }
}

const usage = { promptTokens: 10, completionTokens: 3 };

const metrics = new Metrics();

async function dropped(counted: Metrics, cause: string): Promise<number | undefined> {
  const { values } = await counted.answerItemsDropped.get();
  return values.find(({ labels }) => labels.model === 'scripted/1' && labels.cause === cause)?.value;
}

describe('ExtractorStage', () => {
  it('keeps the part and adds entities, mentions and facts with their evidence', async () => {
    const part = parsedPart('Jane Doe, CEO of Globex Corporation, spoke.', 'Globex Corporation acquired Initech Ltd.');

    const [extracted] = await new ExtractorStage(new RulesExtractionModel(), metrics, wanted).handle(part, context);

    expect(extracted).toMatchObject({ documentId: 'report', chunks: part.chunks, extractedAt: nowMs });
    expect(extracted).not.toHaveProperty('parsedAt');
    expect(extracted?.entities.map((entity) => entity.name)).toEqual([
      'Jane Doe',
      'Globex Corporation',
      'Initech Ltd.',
    ]);
    expect(
      extracted?.mentions.filter((mention) => mention.evidence === 'Globex Corporation').map((m) => m.seq),
    ).toEqual([0, 1]);
    expect(extracted?.facts.map((fact) => fact.relation)).toEqual(['CEO_OF', 'WORKS_FOR', 'ACQUIRED']);
    for (const { seq, evidence } of [...(extracted?.mentions ?? []), ...(extracted?.facts ?? [])]) {
      expect(part.chunks[seq]?.text).toContain(evidence);
    }
    expect(extracted?.tokens).toEqual([{ model: 'local/rules-1', promptTokens: 0, completionTokens: 0 }]);
  });

  it('claims what an acronym is that the text defines, and nothing of others', async () => {
    const stage = new ExtractorStage(new RulesExtractionModel(), metrics, wanted);
    const uuidOf = (name: string): string => entityUuid('default', 'Organization', name);
    const [ibm, long] = ['IBM', 'International Business Machines'].map(uuidOf);

    const [defining] = await stage.handle(parsedPart('International Business Machines (IBM) grew.'), context);
    const [using] = await stage.handle(
      parsedPart('IBM sued Globex Corporation.', 'WHO PAID FOR IT IN THE US?'),
      context,
    );

    const claim = { entityUuid: ibm, otherIngestionId: ingestionId, isShort: true };
    expect(defining?.claims).toEqual([long, ibm].map((otherUuid) => ({ ...claim, otherUuid })));
    expect(defining?.mentions.filter(({ entityUuid: uuid }) => uuid === ibm)).toMatchObject([{ evidence: 'IBM' }]);
    expect(using?.entities.map(({ uuid }) => uuid)).toContain(ibm);
    expect(using?.claims).toEqual([]);
  });

  it('says what found that, with the version of its rules or prompt; nothing did where fields of a record say it', async () => {
    const record = { ...parsedPart('name: ACME'), mapped: { entities: [], facts: [] } };
    const stage = new ExtractorStage(new ScriptedModel([{ entities: [], facts: [], usage }]), metrics, wanted);

    const [found] = await stage.handle(parsedPart('Ann'), context);
    const [mapped] = await stage.handle(record, context);

    expect(found?.extractedBy).toEqual({ model: 'scripted/1', version: '1' });
    expect(mapped?.extractedBy).toBeNull();
  });

  it('gives the same event for the same event', async () => {
    const part = parsedPart('Jane Doe, CEO of Globex Corporation, spoke.');
    const stage = new ExtractorStage(new RulesExtractionModel(), metrics, wanted);

    expect(await stage.handle(part, context)).toEqual(await stage.handle(part, context));
  });

  it('merges spellings that differ in case, spaces and composition under the first form', async () => {
    const entities = ['Cafe\u0301  Ole', 'CAFÉ\nOLE'].map((name) => ({
      name,
      type: 'Organization',
      start: 0,
      end: name.length,
    }));
    const part = parsedPart('Cafe\u0301  Ole', 'CAFÉ\nOLE');
    const answers = entities.map((entity) => ({ entities: [entity], facts: [], usage }));

    const [extracted] = await new ExtractorStage(new ScriptedModel(answers), metrics, wanted).handle(part, context);

    const uuid = entityUuid('default', 'Organization', 'Café Ole');
    expect(extracted?.entities).toEqual([{ uuid, name: 'Café Ole', type: 'Organization', summary: 'Café Ole' }]);
    expect(extracted?.mentions.map((mention) => mention.entityUuid)).toEqual([uuid, uuid]);
    expect(extracted?.tokens).toEqual([{ model: 'scripted/1', promptTokens: 20, completionTokens: 6 }]);
  });

  it('leaves out and counts facts whose ends are no entities, and entities that stand nowhere', async () => {
    const counted = new Metrics();
    const text = '"Ann" 😀 & Bob';
    const ann = { name: '"Ann" 😀', type: 'Person', start: 0, end: 8 };
    const nobody = { name: 'Nobody', type: 'Person', start: 50, end: 56 };
    const fact = { source: ann, target: nobody, relation: 'KNOWS', sentence: 'x', start: 0, end: 3 };
    const stage = new ExtractorStage(
      new ScriptedModel([{ entities: [ann, nobody], facts: [fact], usage }]),
      counted,
      wanted,
    );

    const [extracted] = await stage.handle(parsedPart(text), context);

    expect(extracted?.entities.map((entity) => entity.name)).toEqual(['"Ann" 😀']);
    expect(extracted?.mentions[0]?.evidence).toBe('"Ann" 😀');
    expect(extracted?.facts).toEqual([]);
    expect(await counted.registry.metrics()).toMatch(/penstock_facts_dropped_total\{model="[^"]+"\} 1/);
    expect(await dropped(counted, 'entity-evidence')).toBe(1);
    expect(await dropped(counted, 'entity-type')).toBe(0);
  });

  it('asks no model about an ingestion that nobody wants any more', async () => {
    const nobody: Interest = { isWanted: () => Promise.resolve(false) };
    const answers = [{ entities: [], facts: [], usage: { promptTokens: 1, completionTokens: 1 } }];
    const model = new ScriptedModel(answers);

    expect(await new ExtractorStage(model, metrics, nobody).handle(parsedPart('Ann'), context)).toEqual([]);
    expect(model.asked).toBe(0);
  });

  it('leaves out and counts what is of a type that the ontology lacks, and the facts that speak of it', async () => {
    const counted = new Metrics();
    const text = 'Ann flew a Kestrel to Bob.';
    const ann = { name: 'Ann', type: 'Person', start: 0, end: 3 };
    const kestrel = { name: 'Kestrel', type: 'Aircraft', start: 11, end: 18 };
    const fact = { source: ann, target: kestrel, relation: 'FLEW', sentence: 'Ann flew a Kestrel', start: 0, end: 18 };
    const model = new ScriptedModel([{ entities: [ann, kestrel], facts: [fact], usage }]);
    const named = async (...types: readonly string[][]): Promise<unknown> => {
      const [extracted] = await new ExtractorStage(model, counted, wanted, ...types).handle(parsedPart(text), context);
      return [extracted?.entities.map(({ type }) => type), extracted?.facts.length];
    };

    expect(await named()).toEqual([['Person'], 0]);
    expect(await named(['Aircraft'])).toEqual([['Aircraft'], 0]);
    expect(await named(['Person', 'Aircraft'])).toEqual([['Person', 'Aircraft'], 1]);
    expect(await dropped(counted, 'entity-type')).toBe(2);
  });

  it('handles a part without text', async () => {
    const [extracted] = await new ExtractorStage(new RulesExtractionModel(), metrics, wanted).handle(
      parsedPart(''),
      context,
    );

    expect(extracted).toMatchObject({ entities: [], mentions: [], facts: [] });
  });
});
