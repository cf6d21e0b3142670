import { Injectable } from '@nestjs/common';

import type { DocumentExtracted, DocumentParsed } from '#events';
import { StageHandler, type EventStageContext } from '#kafka';
import { entityTypes, ExtractionModel, type Extraction, type ModelCallOptions } from '#models';
import { Metrics } from '#telemetry';

import type { ClaimedPart } from './claimed-part.js';
import { extractedPart } from './extracted-part.js';
import { mappedExtractions } from './mapped.js';
import { withinOntology } from './within-ontology.js';

/** Knows of ingestions that nobody wants any more. */
export abstract class Interest {
  /** @throws TransientFailure if nobody can say. */
  abstract isWanted(ingestionId: string): Promise<boolean>;
}

/**
 * Finds the entities and facts of one part. The model keeps its answers, so each text is paid for once, and one of a
 * cancelled ingestion is not paid for at all: without this part it can't become live.
 */
@Injectable()
export class ExtractorStage extends StageHandler<'DocumentParsed', 'DocumentExtracted'> {
  constructor(
    private readonly model: ExtractionModel,
    private readonly metrics: Metrics,
    private readonly interest: Interest,
    /** The ontology; a model may be asked for its types, but is not trusted to keep to them. */
    private readonly types: readonly string[] = entityTypes,
    /** Undefined where nobody is asked which names are those of other documents. */
    private readonly claimed?: ClaimedPart,
  ) {
    super();
  }

  override async handle(part: DocumentParsed, { signal, nowMs }: EventStageContext): Promise<DocumentExtracted[]> {
    if (!(await this.interest.isWanted(part.ingestionId))) return [];
    const { found, dropped } =
      part.mapped === null
        ? withinOntology(await this.asked(part, signal), this.types)
        : { found: mappedExtractions(part.chunks, part.mapped), dropped: 0 };
    const extracted = extractedPart(part, found, this.model, nowMs());
    this.count({ 'entity-type': dropped, 'entity-evidence': extracted.entitiesDropped });
    this.metrics.factsDropped.inc({ model: this.model.id }, extracted.factsDropped);
    if (part.mapped !== null || this.claimed === undefined) return [extracted.part];
    return [await this.claimed.claiming(extracted.part, optionsOf(part, signal))];
  }

  private asked(part: DocumentParsed, signal: AbortSignal): Promise<Extraction[]> {
    const texts = part.chunks.map(({ text }) => ({ text }));
    return this.model.extract(texts, optionsOf(part, signal));
  }

  /** Entities that were left out, by the causes for which a chat model's answers lose some. */
  private count(dropped: Readonly<Record<string, number>>): void {
    for (const [cause, count] of Object.entries(dropped)) {
      this.metrics.answerItemsDropped.inc({ model: this.model.id, cause }, count);
    }
  }
}

function optionsOf({ namespace, documentId, ingestionId }: DocumentParsed, signal: AbortSignal): ModelCallOptions {
  return { signal, caller: { namespace, documentId, ingestionId } };
}
