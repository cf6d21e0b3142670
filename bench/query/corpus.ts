import { chunkId, derivedUuidV7, entityUuid, factUuid, type DocumentExtracted, type Entity, type Fact } from '#events';

import { capitalised, drawWord, randomFrom, wordOf } from '../words/words.js';

export const namespace = 'bench';
export const chunksPerDocument = 100;
const chunksPerPart = 50;
const wordsPerChunk = 160;
const entityCount = 2_000;
const startMs = Date.UTC(2026, 0, 1);

function entityOf(index: number): Entity {
  const name = `${capitalised(wordOf(index * 7 + 900))} ${capitalised(wordOf(index * 13 + 4_000))}`;
  const type = index % 2 === 0 ? 'Organization' : 'Person';
  return { uuid: entityUuid(namespace, type, name), name, type, summary: '' };
}

interface Passage {
  readonly text: string;
  readonly entities: readonly Entity[];
}

function passageOf(document: number, seq: number): Passage {
  const random = randomFrom(document * 1_000 + seq + 1);
  const entities = [0, 1, 2].map(() => entityOf(Math.floor(random() * entityCount)));
  const [first, second] = entities as [Entity, Entity];
  const words = Array.from({ length: wordsPerChunk }, () => drawWord(random));
  const text = `${first.name} works with ${second.name}. ${words.join(' ')} ${entities[2]?.name ?? ''}.`;
  return { text, entities: [...new Map(entities.map((entity) => [entity.uuid, entity])).values()] };
}

/** The parts of one document, as the extractor would publish them. */
export function documentParts(document: number): DocumentExtracted[] {
  const parts = chunksPerDocument / chunksPerPart;
  return Array.from({ length: parts }, (_, index) => partOf(document, index + 1, parts));
}

function partOf(document: number, part: number, parts: number): DocumentExtracted {
  const documentId = `document-${document}`;
  const submittedAt = startMs + document * 60_000;
  const ingestionId = derivedUuidV7(submittedAt, documentId);
  const seqs = Array.from({ length: chunksPerPart }, (_, offset) => (part - 1) * chunksPerPart + offset);
  const passages = seqs.map((seq) => ({ seq, ...passageOf(document, seq) }));
  const entities = new Map(passages.flatMap((passage) => passage.entities.map((entity) => [entity.uuid, entity])));
  return {
    ...{ namespace, documentId, ingestionId, version: 1, source: 'inline' },
    ...{ location: null, mediaType: document % 3 === 0 ? 'text/markdown' : 'text/plain', title: `Title ${document}` },
    ...{ metadata: { team: `team-${document % 10}` }, submittedAt, sha256: '0'.repeat(64), sizeBytes: 100_000 },
    ...{ stagingRef: documentId, part, parts, chunkCount: chunksPerDocument, tokens: [], record: null },
    chunks: passages.map(({ seq, text }) => ({
      ...{
        chunkId: chunkId(ingestionId, seq),
        seq,
        text,
        tokenCount: wordsPerChunk,
        startOffset: seq * 2_000,
        endOffset: seq * 2_000 + text.length,
      },
      ...{ headingPath: [`Section ${Math.floor(seq / 10)}`], origin: null },
    })),
    entities: [...entities.values()],
    mentions: passages.flatMap(({ seq, text, entities: named }) =>
      named.map(({ uuid, name }) => {
        const startOffset = seq * 2_000 + text.indexOf(name);
        return { entityUuid: uuid, seq, evidence: name, startOffset, endOffset: startOffset + name.length };
      }),
    ),
    facts: [...new Map(passages.flatMap((passage) => factsOf(passage)).map((fact) => [fact.uuid, fact])).values()],
    claims: [],
    ...{ extractedBy: null, extractedAt: submittedAt },
  };
}

function factsOf({ seq, entities }: Passage & { readonly seq: number }): Fact[] {
  const [source, target] = entities;
  if (source === undefined || target === undefined) return [];
  const fact = `${source.name} works with ${target.name}.`;
  const uuid = factUuid(namespace, source.uuid, 'WORKS_WITH', target.uuid, fact);
  const ends = { sourceUuid: source.uuid, targetUuid: target.uuid };
  return [{ uuid, ...ends, relation: 'WORKS_WITH', fact, seq, evidence: fact, validAt: null, invalidAt: null }];
}

/** Questions of three to eight words out of stored passages, each asked once; every third names something. */
export function questionsFor(count: number, documents: number, seed: number): string[] {
  const random = randomFrom(seed);
  const questions = new Set<string>();
  while (questions.size < count) {
    const { text, entities } = passageOf(Math.floor(random() * documents), Math.floor(random() * chunksPerDocument));
    const words = text.split(' ').slice(5);
    const asked = Array.from(
      { length: 3 + Math.floor(random() * 6) },
      () => words[Math.floor(random() * words.length)],
    );
    const name = questions.size % 3 === 0 ? [entities[0]?.name ?? ''] : [];
    questions.add([...name, ...asked].join(' '));
  }
  return [...questions];
}

/** In the order in which `mixedQuestions` takes turns. */
export const questionKinds = [
  'words',
  'a name and a relation',
  'a quoted phrase',
  'a whole question',
  'documents by title',
] as const;

/** Questions of all kinds about the first documents, as a router has to tell them apart. */
export function mixedQuestions(count: number, documents: number, seed: number): string[] {
  const random = randomFrom(seed);
  return questionsFor(count, documents, seed).map((words, index) => {
    const document = Math.floor(random() * documents);
    const { entities } = passageOf(document, Math.floor(random() * chunksPerDocument));
    const name = entities[0]?.name ?? '';
    const kinds = [
      words,
      `Who works with ${name}?`,
      `"${words}"`,
      `How does it come about that ${words}?`,
      `list files titled Title ${document}`,
    ];
    return kinds[index % kinds.length] ?? words;
  });
}
