import type { DocumentExtracted, DocumentParsed, StoreCounts } from '#events';
import type { IngestionHead, RebuildFrom } from '#audit';
import type { ExtractionModel } from '#models';
import { extractedPart, withinOntology } from '#pipeline/extractor';
import type { QdrantChunkReader } from '#stores/qdrant';
import type { PostgresPartsReader } from '#stores/postgres';

/** Makes the parts of a live ingestion again from what stores still hold of it. */
export class PartSource {
  constructor(
    private readonly rows: PostgresPartsReader,
    private readonly points: QdrantChunkReader,
    /** Made when it is asked for the first time: most audits ask no model, and need none of its settings. */
    private readonly extraction: () => ExtractionModel,
    private readonly types: readonly string[],
    private readonly nowMs: () => number,
  ) {}

  /** With all that the document says of itself, which the ledger may not know. */
  async described({ head, counts }: IngestionHead, from: RebuildFrom): Promise<IngestionHead> {
    const kept = from.metadata === 'postgres' ? await this.rows.metadata(head.ingestionId) : undefined;
    return { counts, head: { ...head, metadata: kept ?? head.metadata } };
  }

  /** One part at a time, so that a document of any size takes the memory of one. */
  async *parts({ head }: IngestionHead, from: RebuildFrom, signal: AbortSignal): AsyncGenerator<DocumentExtracted> {
    const { ingestionId } = head;
    for (let part = 1; part <= head.parts; part += 1) {
      const chunks =
        from.chunks === 'postgres'
          ? await this.rows.chunks(ingestionId, part)
          : await this.points.chunks(ingestionId, part, signal);
      const record = part === 1 ? await this.rows.record(ingestionId) : null;
      const seqs = chunks.map(({ seq }) => seq);
      const extractedAt = this.nowMs();
      if (from.knowledge === 'postgres') {
        const knowledge = await this.rows.knowledge(ingestionId, seqs);
        const made = { claims: [], tokens: [], extractedBy: null, extractedAt };
        yield await this.claiming({ ...head, ...knowledge, ...made, part, chunks, record });
      } else {
        yield await this.claiming(await this.extracted({ ...head, part, chunks, record, ...unread }, signal));
      }
    }
  }

  /**
   * Whether the parts hold as much as the ingestion did; a gap, or a model that changed, shows. What a record's fields
   * were mapped to is kept nowhere else, and no model is asked to make it up.
   */
  async isWhole(ingestion: IngestionHead, from: RebuildFrom, signal: AbortSignal): Promise<boolean> {
    if (from.knowledge !== 'postgres' && ingestion.head.source === 'json_record') return false;
    const found = { chunks: 0, mentions: 0 };
    const [entities, facts] = [new Set<string>(), new Set<string>()];
    for await (const part of this.parts(ingestion, from, signal)) {
      found.chunks += part.chunks.filter(({ startOffset, endOffset }) => startOffset <= endOffset).length;
      found.mentions += part.mentions.length;
      for (const { uuid } of part.entities) entities.add(uuid);
      for (const { uuid } of part.facts) facts.add(uuid);
    }
    const { parts } = ingestion.head;
    const made: StoreCounts = { parts, ...found, entities: entities.size, facts: facts.size };
    return (['chunks', 'mentions', 'entities', 'facts'] as const).every(
      (kind) => made[kind] === ingestion.counts[kind],
    );
  }

  /** With what it claimed of its names, which no model is asked again: other documents are live by now. */
  private async claiming(part: DocumentExtracted): Promise<DocumentExtracted> {
    const uuids = part.entities.map(({ uuid }) => uuid);
    return { ...part, claims: await this.rows.claims(part.ingestionId, uuids) };
  }

  private async extracted(part: DocumentParsed, signal: AbortSignal): Promise<DocumentExtracted> {
    const texts = part.chunks.map(({ text }) => ({ text }));
    const { namespace, documentId, ingestionId } = part;
    const model = this.extraction();
    const answers = await model.extract(texts, { signal, caller: { namespace, documentId, ingestionId } });
    const { found } = withinOntology(answers, this.types);
    return extractedPart(part, found, model, this.nowMs()).part;
  }
}

/** What only the parser knew and no store keeps. */
const unread = { warnings: [], children: 0, mapped: null, parsedAt: 0 };
