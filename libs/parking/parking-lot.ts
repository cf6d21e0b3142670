import type { Emission } from '#events';
import type { EventStageContext } from '#kafka';

/** A part of a document on its way to the stores. */
export type ParkableEmission = Extract<Emission, { type: 'DocumentParsed' | 'DocumentExtracted' }>;

/** An event that waits outside of its partition. */
export interface ParkedEvent {
  readonly event: ParkableEmission;
  readonly envelope: EventStageContext['event'];
  /** The model that it waits for. */
  readonly model: string;
  readonly reason: string;
  readonly message: string;
  /** When the event was said, in milliseconds since the epoch. */
  readonly saidAtMs: number;
}

/** Where events wait for a budget, so that those behind them need not. */
export abstract class ParkingLot {
  /**
   * Keeps the event until it is sent to its topic again; the same one twice is kept once.
   * @returns false if there is no room: it has to wait where it is.
   * @throws TransientFailure if it is not known whether it is kept, PermanentFailure if it can't be.
   */
  abstract park(parked: ParkedEvent): Promise<boolean>;
}
