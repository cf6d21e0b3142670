import { Injectable } from '@nestjs/common';

import type { DocumentExtracted, DocumentParsed } from '#events';
import { StageHandler, type EventStageContext } from '#kafka';
import { ExtractionModel } from '#models';

import { extractedPart } from './extracted-part.js';

/** Finds the entities and facts of one part. The model keeps its answers, so each text is paid for once. */
@Injectable()
export class ExtractorStage extends StageHandler<'DocumentParsed', 'DocumentExtracted'> {
  /** Facts left out since the process started, because an end of theirs is no entity; a rise tells of a bad model. */
  factsDropped = 0;

  constructor(private readonly model: ExtractionModel) {
    super();
  }

  override async handle(part: DocumentParsed, { signal, nowMs }: EventStageContext): Promise<DocumentExtracted[]> {
    const texts = part.chunks.map(({ text, headingPath }) => ({ text, headingPath }));
    const found = await this.model.extract(texts, { signal });
    const extracted = extractedPart(part, found, this.model.id, nowMs());
    this.factsDropped += extracted.factsDropped;
    return [extracted.part];
  }
}
