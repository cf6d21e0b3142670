import type { INestApplication } from '@nestjs/common';

import type { HealthCheck } from '#http';
import { KafkaPublisher, KafkaStageTransport } from '#kafka';

import type { Background } from './background.js';
import type { Platform } from './platform.js';
import { roleSpec } from './roles.js';
import type { ConsumingRole } from './stages.js';
import { stageToken } from './tokens.js';

/** A consumer as the process sees it. */
export interface ConnectedStage extends Background {
  readonly health: HealthCheck;
}

/**
 * Gives each consuming role its producer and its consumer; consumers start with the microservices of the
 * application.
 */
export async function connectStages(
  app: INestApplication,
  platform: Platform,
  names: readonly ConsumingRole[],
  onFatal: (error: Error) => void,
): Promise<ConnectedStage[]> {
  const { codec, config, instance, kafka, log, metrics, nowMs, tracer } = platform;
  return Promise.all(
    names.map(async (role) => {
      const publisher = new KafkaPublisher({ ...kafka, role, instance, codec, log, metrics, tracer, nowMs });
      await publisher.start();
      const stage = app.get(stageToken(role));
      const options = {
        role: roleSpec(role),
        stage,
        ...kafka,
        instance,
        codec,
        publisher,
        config,
        log,
        metrics,
        tracer,
        nowMs,
        onFatal,
      };
      const strategy = new KafkaStageTransport(options);
      app.connectMicroservice({ strategy });
      return { health: consumerHealth(role, strategy), stop: () => publisher.close() };
    }),
  );
}

/** A role whose consumer has ended, or is being made anew, takes no events: the process is not ready then. */
function consumerHealth(role: string, { consumer }: KafkaStageTransport): HealthCheck {
  const check = (): Promise<void> => {
    const { status } = consumer.state();
    return status === 'running' ? Promise.resolve() : Promise.reject(new Error(`${role} is ${status}`));
  };
  return { name: role, check };
}
