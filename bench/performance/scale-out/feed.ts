import { emission, type DocumentParsed, type Emission } from '#events';
import { KafkaPublisher } from '#kafka';

import type { Platform } from '../../../apps/platform.js';
import { blocksOf } from '../../lists/blocks.js';

const text = 'Bosch Technologies opened a plant in Stuttgart.';
const perRequest = 500;

/** Says that so many small documents were parsed, each with a key of its own. */
export async function feed(publisher: KafkaPublisher, round: string, count: number): Promise<void> {
  const emissions = Array.from({ length: count }, (_, number) => parsed(`${round}-${number}`));
  for (const some of blocksOf(emissions, perRequest)) await publisher.publish(some);
}

function parsed(documentId: string): Emission {
  const payload: DocumentParsed = {
    ...{ namespace: 'scale-out', documentId, ingestionId: crypto.randomUUID(), version: 1, source: 'inline' },
    ...{ location: null, mediaType: 'text/plain', title: null, metadata: {}, submittedAt: 0, sha256: '0'.repeat(64) },
    ...{ sizeBytes: text.length, stagingRef: documentId, part: 1, parts: 1, chunkCount: 1, record: null },
    ...{ mapped: null, warnings: [], children: 0, parsedAt: 0 },
    chunks: [
      {
        ...{ chunkId: crypto.randomUUID(), seq: 0, text, tokenCount: 10, startOffset: 0, endOffset: text.length },
        ...{ headingPath: [], origin: null },
      },
    ],
  };
  return emission('DocumentParsed', payload);
}

export async function makePublisher({ config, ...platform }: Platform): Promise<KafkaPublisher> {
  const { codec, instance, log, metrics, nowMs } = platform;
  const publisher = new KafkaPublisher({
    ...{ brokers: config.kafkaBrokers, role: 'parser', instance, codec, log, metrics, nowMs },
  });
  await publisher.start();
  return publisher;
}
