import { type Emission, type EventName, type EventPayloads } from '#events';
import { classify, PermanentFailure, type PenstockFailure } from '#failure';
import type { Tracer } from '#telemetry';

import { compensationOf } from './compensation.js';
import {
  EmittingStage,
  type DeadLetterNote,
  type EventStageContext,
  type PartitionHandler,
  type PartitionResult,
  type ReceivedEvent,
  type RoleSpec,
  type StageContext,
  type StageHandler,
} from './contract.js';
import { estimatedBytes } from './estimated-bytes.js';
import { traceProcess } from './process-spans.js';
import { outlived } from './retry-policy.js';
import { withDeadline } from './with-deadline.js';

// `any` because a role is told its stage's event types by data; the stage itself is typed.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyStage = StageHandler<any, any> | EmittingStage<any>;

export interface StageSettings {
  readonly role: string;
  readonly produces: EventName | undefined;
  readonly handlerDeadlineMs: number;
  readonly writeDeadlineMs: number;
  /** Output beyond this is published before the next event is handled. */
  readonly outputBytesMax: number;
  /** Time after which output is published, so that a slow stage does not sit on what it has done. */
  readonly sliceMs: number;
  readonly graceMs: number;
  readonly tracer?: Tracer | undefined;
}

/** The one event type a simple stage produces, besides asking for compensation; none for a stage that ends the flow. */
export function producedBy({ role, produces }: RoleSpec): EventName | undefined {
  const [type, ...others] = produces.filter((name) => name !== 'CompensationRequested');
  if (others.length > 0) {
    throw new PermanentFailure(`${role} must produce at most one event type to be a simple stage`, {
      reason: 'bad-role',
    });
  }
  return type;
}

/**
 * Runs a stage over a partition, one event after the other. It keeps no state, so any event can be tried again alone.
 * What can't be saved is compensated and noted for the dead letters, and its neighbours proceed.
 */
export class StagePartitionHandler implements PartitionHandler {
  constructor(
    private readonly stage: AnyStage,
    private readonly settings: StageSettings,
  ) {}

  /** @throws TransientFailure only for the first event; later ones end the batch before them. */
  async handle(batch: readonly ReceivedEvent[], context: StageContext): Promise<PartitionResult> {
    const emissions: Emission[] = [];
    const deadLetters: DeadLetterNote[] = [];
    const startedMs = context.nowMs();
    let bytes = 0;
    let processed = 0;
    for (const event of batch) {
      try {
        const tried = processed === 0 ? context : { ...context, attempt: 0, triedForMs: 0 };
        const { tracer, role } = this.settings;
        const outputs = await traceProcess(tracer, role, [event], () => this.handleOne(event, tried));
        emissions.push(...outputs);
        bytes += outputs.reduce((sum, { payload }) => sum + estimatedBytes(payload), 0);
      } catch (error) {
        const failure = classify(error);
        const over =
          processed === 0 && !this.patient && outlived(failure, context.triedForMs, this.settings.writeDeadlineMs);
        if (failure.kind === 'transient' && !over) {
          if (processed === 0) throw failure;
          break;
        }
        emissions.push(...this.giveUp(event, failure, context.nowMs()));
        deadLetters.push({ offset: event.offset, failure });
      }
      processed += 1;
      if (bytes >= this.settings.outputBytesMax || context.nowMs() - startedMs >= this.settings.sliceMs) break;
    }
    return { emissions, deadLetters, processed };
  }

  private get patient(): boolean {
    return this.stage instanceof EmittingStage && this.stage.patient;
  }

  private async handleOne(event: ReceivedEvent, context: StageContext): Promise<Emission[]> {
    const { produces, handlerDeadlineMs, graceMs } = this.settings;
    const { type: _type, payload, ...envelope } = event;
    const { stage } = this;
    const bounds = { deadlineMs: handlerDeadlineMs, graceMs, signal: context.signal };
    const contextWith = (signal: AbortSignal): EventStageContext => ({ ...context, signal, event: envelope });
    if (stage instanceof EmittingStage) {
      return withDeadline((signal) => stage.handle(payload, contextWith(signal)), bounds);
    }
    const work = (signal: AbortSignal): Promise<EventPayloads[EventName][]> =>
      stage.handle(payload, contextWith(signal));
    const outputs = await withDeadline(work, bounds);
    if (produces === undefined) return [];
    return outputs.map((output) => ({ type: produces, payload: output }) as Emission);
  }

  private giveUp(event: ReceivedEvent, failure: PenstockFailure, nowMs: number): Emission[] {
    const undo = compensationOf(event, { role: this.settings.role, failure, nowMs });
    return undo === undefined ? [] : [undo];
  }
}
