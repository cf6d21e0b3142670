import { documentKey, type Emission, type EventName, type EventPayloads } from '#events';
import {
  EmittingStage,
  PartitionStage,
  RecordStage,
  StageHandler,
  type EventStageContext,
  type PartitionHandler,
  type PartitionResult,
  type ReceivedEvent,
  type StageContext,
} from '#kafka';

import type { RunningStage } from '../../apps/stages.js';
import type { TestedRole } from './cells.js';
import type { Arm, Failpoints, Hook } from './failpoints.js';

type Payload = EventPayloads[EventName];
type Hooks = Parameters<Failpoints['within']>[1];

/** Where the drivers of a stage stand for P2 and P3. */
const hooksOf: Readonly<Partial<Record<TestedRole, Readonly<Partial<Record<Hook, 'P2' | 'P3'>>>>>> = {
  stager: { before: 'P2', mid: 'P3' },
  parser: { before: 'P2', mid: 'P3' },
  extractor: { query: 'P2', connect: 'P3' },
  embedder: { before: 'P2', mid: 'P3' },
  ledger: { connect: 'P2', commit: 'P3' },
};

/** The stage of a role with P1 before it, and with its drivers knowing whose work they do. */
export function probedStage(
  role: TestedRole,
  stage: RunningStage['stage'],
  failpoints: Failpoints,
  published: (key: string) => Promise<void>,
): RunningStage['stage'] {
  if (stage instanceof RecordStage) return stage;
  if (role === 'ledger' && stage instanceof PartitionStage) return new ProbedLedger(stage, failpoints, published);
  if (stage instanceof PartitionStage) return new ProbedWriterStage(stage, failpoints);
  const hooks = hooksOf[role] ?? {};
  return stage instanceof EmittingStage
    ? new ProbedEmitting(stage, failpoints, hooks)
    : new ProbedHandler(stage, failpoints, hooks);
}

class ProbedHandler extends StageHandler<EventName, EventName> {
  constructor(
    private readonly stage: StageHandler<EventName, EventName>,
    private readonly failpoints: Failpoints,
    private readonly hooks: Hooks,
  ) {
    super();
  }

  override handle(payload: Payload, context: EventStageContext): Promise<Payload[]> {
    const work = (): Promise<Payload[]> => this.stage.handle(payload, context);
    return entered(this.failpoints, [context.event.key], this.hooks, work);
  }
}

class ProbedEmitting extends EmittingStage<EventName> {
  constructor(
    private readonly stage: EmittingStage<EventName>,
    private readonly failpoints: Failpoints,
    private readonly hooks: Hooks,
  ) {
    super();
  }

  override handle(payload: Payload, context: EventStageContext): Promise<Emission[]> {
    const work = (): Promise<Emission[]> => this.stage.handle(payload, context);
    return entered(this.failpoints, [context.event.key], this.hooks, work);
  }
}

async function entered<T>(
  failpoints: Failpoints,
  keys: readonly string[],
  hooks: Hooks,
  work: () => Promise<T>,
): Promise<T> {
  const arm = failpoints.armOf(keys);
  if (arm === undefined) return work();
  return failpoints.within(arm, hooks, async () => {
    await failpoints.at('P1', arm);
    return work();
  });
}

/** P1 of a writer: the batch in which the document's parts, or its retraction, come in. */
class ProbedWriterStage extends PartitionStage {
  constructor(
    private readonly stage: PartitionStage,
    private readonly failpoints: Failpoints,
  ) {
    super();
  }

  override open(topic: string, partition: number): PartitionHandler {
    const inner = this.stage.open(topic, partition);
    const handle = async (batch: readonly ReceivedEvent[], context: StageContext): Promise<PartitionResult> => {
      const arm = this.failpoints.armOf(batch.map(({ key }) => key));
      if (arm === undefined) return inner.handle(batch, context);
      const wanted = arm.operation === 'delete' ? 'DocumentRetracted' : 'DocumentEmbedded';
      return this.failpoints.settling([arm], async () => {
        if (batch.some(({ key, type }) => key === arm.key && type === wanted)) await this.failpoints.at('P1', arm);
        return inner.handle(batch, context);
      });
    };
    return { handle, close: () => inner.close?.(), insists: (event) => inner.insists?.(event) === true };
  }
}

/** The points of the ledger lie in the batch that concludes the ingestion. */
class ProbedLedger extends PartitionStage {
  private readonly told = new Map<Arm, Set<string>>();

  constructor(
    private readonly stage: PartitionStage,
    private readonly failpoints: Failpoints,
    private readonly published: (key: string) => Promise<void>,
  ) {
    super();
  }

  override open(topic: string, partition: number): PartitionHandler {
    const inner = this.stage.open(topic, partition);
    const { failpoints } = this;
    const handle = async (batch: readonly ReceivedEvent[], context: StageContext): Promise<PartitionResult> => {
      const arm = failpoints.armOf(batch.map(({ key }) => key));
      if (arm === undefined || !this.concludes(arm, batch)) return inner.handle(batch, context);
      return failpoints.within(arm, hooksOf.ledger ?? {}, async () => {
        await failpoints.at('P1', arm);
        const result = await inner.handle(batch, context);
        await failpoints.at('P4', arm);
        if (arm.point === 'P5') await this.published(arm.key);
        await failpoints.at('P5', arm);
        return result;
      });
    };
    return { handle, close: () => inner.close?.(), insists: (event) => inner.insists?.(event) === true };
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
