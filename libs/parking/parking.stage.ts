import type { EventName, EventPayloads } from '#events';
import { classify, PermanentFailure } from '#failure';
import { StageHandler, type EventStageContext } from '#kafka';

import type { ParkableEmission, ParkingLot } from './parking-lot.js';

/** What a stage consumes, and the model that it pays for that. */
export interface ParkedFor<In extends ParkableEmission['type']> {
  readonly consumes: In;
  readonly model: string;
}

/**
 * A stage whose events wait elsewhere for what they may have to wait for long and without blame, such as a budget, so
 * that what is behind them in the partition goes on. What has become too old is given up, however it waited: counted
 * from the time it was said, as it may have come to its topic more than once.
 */
export class ParkingStage<In extends ParkableEmission['type'], Out extends EventName> extends StageHandler<In, Out> {
  constructor(
    private readonly stage: StageHandler<In, Out>,
    private readonly lot: ParkingLot,
    private readonly parkedFor: ParkedFor<In>,
  ) {
    super();
  }

  override async handle(payload: EventPayloads[In], context: EventStageContext): Promise<EventPayloads[Out][]> {
    try {
      return await this.stage.handle(payload, context);
    } catch (error) {
      const failure = classify(error);
      const { eventAgeMsMax, message, reason } = failure;
      if (eventAgeMsMax === undefined) throw failure;
      const { event: envelope, nowMs } = context;
      const saidAtMs = saidAt(envelope);
      if (nowMs() - saidAtMs >= eventAgeMsMax) throw new PermanentFailure(message, { reason, cause: failure });
      const { consumes: type, model } = this.parkedFor;
      const event = { type, payload } as ParkableEmission;
      const isParked = await this.lot.park({ event, envelope, model, reason, message, saidAtMs });
      if (!isParked) throw failure;
      return [];
    }
  }
}

function saidAt({ headers, timestampMs }: EventStageContext['event']): number {
  const told = Date.parse(headers['ce_time'] ?? '');
  return Number.isNaN(told) ? timestampMs : Math.min(told, timestampMs);
}
