import { loadConfig } from '#config';
import { BatchConsumer, KafkaPublisher } from '#kafka';
import { ExtractorStage } from '#pipeline/extractor';

import { createPlatform } from '../../../apps/platform.js';
import { roleSpec } from '../../../apps/roles.js';
import { AlwaysWanted } from '../always-wanted.js';
import { StandInModel, type StandInKind } from './stand-in-model.js';

/** One instance of the extractor on the product's consumer loop, with a stand-in for its model: KIND WORK_MS. */
async function main(kind: StandInKind, workMs: number): Promise<void> {
  const platform = createPlatform(loadConfig(), `stand-in-${process.pid}`);
  const { codec, config, instance, log, metrics, nowMs } = platform;
  await codec.start();
  const role = roleSpec('extractor');
  const brokers = config.kafkaBrokers;
  const publisher = new KafkaPublisher({ brokers, role: role.role, instance, codec, log, metrics, nowMs });
  await publisher.start();
  const stage = new ExtractorStage(new StandInModel(kind, workMs), metrics, new AlwaysWanted());
  const onFatal = (): never => process.exit(1);
  const ports = { role, brokers, instance, codec, publisher, config, log, metrics, nowMs, onFatal };
  const consumer = new BatchConsumer({ ...ports, stage });
  await consumer.start();
  process.once('SIGTERM', () => void consumer.stop().then(() => publisher.close().then(() => process.exit(0))));
  process.stderr.write(`penstock: ${instance} at http://nowhere\n`);
}

await main(process.argv[2] as StandInKind, Number(process.argv[3]));
