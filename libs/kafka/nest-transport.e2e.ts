import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { beforeAll, describe, expect, it } from '@jest/globals';

import { topics, type DocumentSubmitted, type EventPayloads } from '#events';
import { Metrics } from '#telemetry';

import { StageHandler } from './contract.js';
import { KafkaStageTransport } from './nest-transport.js';
import { KafkaPublisher } from './publisher.js';
import {
  aName,
  aRole,
  aStagedDocument,
  brokers,
  codec,
  config,
  log,
  prepareBroker,
  send,
  until,
} from './real-broker.contract.js';
import { recordsOf } from './test-stage.contract.js';

/** Stages submissions of one namespace. */
class SubmissionStage extends StageHandler<'DocumentSubmitted', 'DocumentStaged'> {
  constructor(private readonly namespace: string) {
    super();
  }

  handle({ namespace, documentId }: DocumentSubmitted): Promise<EventPayloads['DocumentStaged'][]> {
    return Promise.resolve(namespace === this.namespace ? [aStagedDocument(namespace, documentId)] : []);
  }
}

class EmptyModule {}
Module({})(EmptyModule);

describe('a role under Nest', () => {
  beforeAll(prepareBroker);

  it('takes a submission without headers and key from a foreign producer', async () => {
    const namespace = aName('nest');
    const role = aRole({ consumes: ['DocumentSubmitted'], produces: ['DocumentStaged'] });
    const shared = { brokers, instance: 'i', codec, log, metrics: new Metrics(), nowMs: () => Date.now() };
    const publisher = new KafkaPublisher({ ...shared, role: role.role });
    await publisher.start();
    const stage = new SubmissionStage(namespace);
    const onFatal = (): void => undefined;
    const strategy = new KafkaStageTransport({ ...shared, role, stage, publisher, config, onFatal });
    const app = await NestFactory.createMicroservice(EmptyModule, { strategy, logger: false });

    await app.listen();
    expect(strategy.consumer.state()).toMatchObject({ status: 'running' });
    const payload: DocumentSubmitted = {
      ...{ namespace, documentId: 'd', ingestionId: null, version: null, source: 'inline', location: 'inline' },
      ...{ content: 'words', mediaType: null, title: null, metadata: {}, force: false, submittedAt: 0 },
    };
    await send(topics.submitted.name, { key: null, value: codec.encode({ type: 'DocumentSubmitted', payload }) });
    await until('it is staged', async () => (await recordsOf(topics.staged.name, namespace)).length === 1);
    await app.close();
    await publisher.close();

    expect(strategy.consumer.state()).toMatchObject({ status: 'stopped' });
  });
});
