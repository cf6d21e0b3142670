import type { INestApplication } from '@nestjs/common';

import { KafkaPublisher, KafkaStageTransport } from '#kafka';

import type { Background } from './background.js';
import type { Platform } from './platform.js';
import { roleSpec } from './roles.js';
import type { ConsumingRole } from './stages.js';
import { stageToken } from './tokens.js';

/**
 * Gives each consuming role its producer and its consumer; consumers start with the microservices of the
 * application.
 */
export async function connectStages(
  app: INestApplication,
  platform: Platform,
  names: readonly ConsumingRole[],
  onFatal: (error: Error) => void,
): Promise<Background[]> {
  const { codec, config, instance, log, metrics, nowMs } = platform;
  const brokers = config.kafkaBrokers;
  return Promise.all(
    names.map(async (role) => {
      const publisher = new KafkaPublisher({ brokers, role, instance, codec, log, metrics, nowMs });
      await publisher.start();
      const stage = app.get(stageToken(role));
      const options = {
        role: roleSpec(role),
        stage,
        brokers,
        instance,
        codec,
        publisher,
        config,
        log,
        metrics,
        nowMs,
        onFatal,
      };
      app.connectMicroservice({ strategy: new KafkaStageTransport(options) });
      return { stop: () => publisher.close() };
    }),
  );
}
