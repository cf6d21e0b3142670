import { Injectable } from '@nestjs/common';

import type { DocumentEmbedded, DocumentExtracted } from '#events';
import { StageHandler, type EventStageContext } from '#kafka';
import { EmbeddingModel } from '#models';

import { checkedEmbedding } from './checked-embedding.js';
import { embeddedPart, textsToEmbed } from './parts.js';

/** Turns the text of one part into vectors. */
@Injectable()
export class EmbedderStage extends StageHandler<'DocumentExtracted', 'DocumentEmbedded'> {
  constructor(private readonly model: EmbeddingModel) {
    super();
  }

  override async handle(part: DocumentExtracted, { signal, nowMs }: EventStageContext): Promise<DocumentEmbedded[]> {
    const texts = textsToEmbed(part);
    const { id: model, dimensions } = this.model;
    const { namespace, documentId, ingestionId } = part;
    const found = await this.model.embed(texts, { signal, caller: { namespace, documentId, ingestionId } });
    const embedding = checkedEmbedding(found, texts.length, dimensions);
    return [embeddedPart(part, embedding, { model, dimensions, embeddedAt: nowMs() })];
  }
}
