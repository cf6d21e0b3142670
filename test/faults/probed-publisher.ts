import { documentKey, topicOfEvent, topics, type Emission, type EventName } from '#events';
import { RecordPublisher, type RawRecord } from '#kafka';

import { isStage, type Point } from './cells.js';
import type { Arm, Failpoints } from './failpoints.js';

/** Says what is to be delivered twice twice, and stops before and after an outcome is published. */
export class ProbedPublisher extends RecordPublisher {
  constructor(
    private readonly publisher: RecordPublisher,
    private readonly failpoints: Failpoints,
  ) {
    super();
  }

  override async publish(emissions: readonly Emission[], ...more: Publishing): Promise<void> {
    const arm = this.failpoints.armOf(emissions.map(({ payload }) => documentKey(payload)));
    const all = emissions.flatMap((one) => (this.isDouble(one) ? [one, one] : [one]));
    if (arm === undefined || !emissions.some((one) => isOutcome(arm, one))) {
      return this.publisher.publish(all, ...more);
    }
    const [before, after] = aroundPublishing(arm);
    await this.failpoints.settling([arm], async () => {
      await this.failpoints.at(before, arm);
      await this.publisher.publish(all, ...more);
      if (after !== undefined) await this.failpoints.at(after, arm);
    });
  }

  override publishRaw(records: readonly RawRecord[], signal?: AbortSignal): Promise<void> {
    const all = records.flatMap((one) => (this.failpoints.isDouble(String(one.key), one.topic) ? [one, one] : [one]));
    return this.publisher.publishRaw(all, signal);
  }

  private isDouble({ type, payload }: Emission): boolean {
    return this.failpoints.isDouble(documentKey(payload), topics[topicOfEvent[type]].name);
  }
}

type Publishing = Parameters<RecordPublisher['publish']> extends [unknown, ...infer Rest] ? Rest : never;

function aroundPublishing({ point }: Arm): [Point, Point?] {
  if (point === 'P7' || point === 'P10') return [point];
  return ['P4', 'P5'];
}

const outcomes: Readonly<Partial<Record<Point, EventName>>> = { P7: 'StoreCompensated', P10: 'StorePromoted' };

/** What the role says of a document once it has done its work, and not when it gives up. */
function isOutcome(arm: Arm, { type, payload }: Emission): boolean {
  if (documentKey(payload) !== arm.key) return false;
  if (isStage(arm.role)) return type !== 'CompensationRequested';
  if (arm.operation === 'delete') return type === 'StoreRetracted';
  return type === (outcomes[arm.point] ?? 'StoreWritten');
}
