import { documentKey, type Emission, type EventName, type EventPayloads } from '#events';
import {
  PartitionStage,
  RecordStage,
  type EventStageContext,
  type PartitionHandler,
  type PartitionResult,
  type ReceivedEvent,
  type KafkaRecord,
  type PartitionContext,
  type StageContext,
} from '#kafka';

import type { RunningStage } from '../../apps/stages.js';
import type { TestedRole } from './cells.js';
import type { Arm, Failpoints, Hook } from './failpoints.js';
import type { Refusals } from './probed-writer.js';

type Payload = EventPayloads[EventName];
type Hooks = Parameters<Failpoints['within']>[1];

interface EventHandler<Output> {
  handle(payload: Payload, context: EventStageContext): Promise<Output[]>;
}

/** Where the drivers of a stage stand for P2 and P3, and those of one that publishes nothing for P4. */
const hooksOf: Readonly<Partial<Record<TestedRole, Readonly<Partial<Record<Hook, 'P2' | 'P3' | 'P4'>>>>>> = {
  stager: { before: 'P2', mid: 'P3' },
  parser: { before: 'P2', mid: 'P3' },
  extractor: { query: 'P2', connect: 'P3' },
  embedder: { before: 'P2', mid: 'P3' },
  janitor: { query: 'P2', commit: 'P3', remove: 'P4' },
  ledger: { connect: 'P2', commit: 'P3' },
};

/** The stage of a role with P1 before it, and with its drivers knowing whose work they do. */
export function probedStage(
  role: TestedRole,
  stage: RunningStage['stage'],
  failpoints: Failpoints,
  published: (key: string) => Promise<void>,
): RunningStage['stage'] {
  if (stage instanceof RecordStage) return new ProbedRecords(stage, failpoints);
  if (role === 'ledger' && stage instanceof PartitionStage) return new ProbedLedger(stage, failpoints, published);
  if (stage instanceof PartitionStage) return new ProbedWriterStage(stage, failpoints);
  probeEvents<Payload | Emission>(stage, failpoints, hooksOf[role] ?? {});
  return stage;
}

/** Whoever is handed an event is met before anything has been done with it. */
function probeEvents<Output>(stage: EventHandler<Output>, failpoints: Failpoints, hooks: Hooks): void {
  const handle = stage.handle.bind(stage);
  stage.handle = (payload, context) => {
    const arm = failpoints.armOf([context.event.key]);
    if (arm === undefined) return handle(payload, context);
    return failpoints.within(arm, hooks, async () => {
      await failpoints.at('P1', arm);
      const outputs = await handle(payload, context);
      if (arm.role !== 'janitor') return outputs;
      // A retraction has no bytes to remove.
      await failpoints.at('P4', arm);
      await failpoints.at('P5', arm);
      return outputs;
    });
  };
}

/** A stage that isn't under test, and refuses events of documents of those that are. */
export function refuseEvents(name: string, stage: RunningStage['stage'], refusals: Refusals): void {
  if (stage instanceof RecordStage || stage instanceof PartitionStage) return;
  refuse<Payload | Emission>(name, stage, refusals);
}

function refuse<Output>(name: string, stage: EventHandler<Output>, refusals: Refusals): void {
  const handle = stage.handle.bind(stage);
  stage.handle = async (payload, context) => {
    await refusals.get(`${name} ${context.event.key}`)?.();
    return handle(payload, context);
  };
}

/** The points of what takes records as they are, all at once. */
class ProbedRecords extends RecordStage {
  constructor(
    private readonly stage: RecordStage,
    private readonly failpoints: Failpoints,
  ) {
    super();
  }

  override async take(records: readonly KafkaRecord[], context: StageContext): Promise<void> {
    const { stage, failpoints } = this;
    const arm = failpoints.armOf(records.map(({ key }) => String(key)));
    if (arm === undefined) return stage.take(records, context);
    await failpoints.within(arm, { connect: 'P2', commit: 'P3', committed: 'P4' }, async () => {
      await failpoints.at('P1', arm);
      await stage.take(records, context);
      await failpoints.at('P5', arm);
    });
  }
}

/** A stage of whole batches; those with an armed document are met. */
abstract class ProbedBatches extends PartitionStage {
  constructor(
    private readonly stage: PartitionStage,
    protected readonly failpoints: Failpoints,
  ) {
    super();
  }

  override open(topic: string, partition: number): PartitionHandler {
    const inner = this.stage.open(topic, partition);
    const handle = (batch: readonly ReceivedEvent[], context: PartitionContext): Promise<PartitionResult> => {
      const arm = this.failpoints.armOf(batch.map(({ key }) => key));
      const work = (): Promise<PartitionResult> => inner.handle(batch, context);
      return arm === undefined ? work() : this.meet(arm, batch, work);
    };
    return { handle, close: () => inner.close?.(), insists: (event) => inner.insists?.(event) === true };
  }

  protected abstract meet(
    arm: Arm,
    batch: readonly ReceivedEvent[],
    work: () => Promise<PartitionResult>,
  ): Promise<PartitionResult>;
}

/** P1 of a writer: the batch in which the document's parts, or its retraction, come in. */
class ProbedWriterStage extends ProbedBatches {
  protected override meet(
    arm: Arm,
    batch: readonly ReceivedEvent[],
    work: () => Promise<PartitionResult>,
  ): Promise<PartitionResult> {
    const wanted = arm.operation === 'delete' ? 'DocumentRetracted' : 'DocumentEmbedded';
    return this.failpoints.settling([arm], async () => {
      if (batch.some(({ key, type }) => key === arm.key && type === wanted)) await this.failpoints.at('P1', arm);
      return work();
    });
  }
}

/** The points of the ledger lie in the batch that concludes the ingestion. */
class ProbedLedger extends ProbedBatches {
  private readonly told = new Map<Arm, Set<string>>();

  constructor(
    stage: PartitionStage,
    failpoints: Failpoints,
    private readonly published: (key: string) => Promise<void>,
  ) {
    super(stage, failpoints);
  }

  protected override async meet(
    arm: Arm,
    batch: readonly ReceivedEvent[],
    work: () => Promise<PartitionResult>,
  ): Promise<PartitionResult> {
    if (!this.concludes(arm, batch)) return work();
    const { failpoints } = this;
    return failpoints.within(arm, hooksOf.ledger ?? {}, async () => {
      await failpoints.at('P1', arm);
      const result = await work();
      await failpoints.at('P4', arm);
      if (arm.point === 'P5') await this.published(arm.key);
      await failpoints.at('P5', arm);
      return result;
    });
  }

  /** With this batch all four stores have told the end. */
  private concludes(arm: Arm, batch: readonly ReceivedEvent[]): boolean {
    const wanted = arm.operation === 'delete' ? 'StoreRetracted' : 'StorePromoted';
    const told = this.told.get(arm) ?? new Set<string>();
    this.told.set(arm, told);
    let said = false;
    for (const { type, payload } of batch) {
      if (type !== wanted || documentKey(payload) !== arm.key) continue;
      said = true;
      told.add(payload.store);
    }
    return said && told.size === 4;
  }
}
