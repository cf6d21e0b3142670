import type { Pool } from 'pg';

import { inTransaction } from '#database';
import { dataSchemaHeader, type Emission, type EventCodec } from '#events';
import { classify } from '#failure';
import { RecordStage, textHeaders, type KafkaRecord, type StageContext } from '#kafka';

import { keepLetters, pruneLetters, type LetterBounds } from './keep-letters.js';
import { letterOf, type Letter } from './letter.js';

/** Copies the dead-letter topic into a table, where letters can be found, and marked as replayed. */
export class DeadLetterStage extends RecordStage {
  constructor(
    private readonly pool: Pool,
    private readonly codec: Pick<EventCodec, 'decode'>,
    private readonly bounds: LetterBounds,
  ) {
    super();
  }

  override async take(records: readonly KafkaRecord[], { nowMs }: StageContext): Promise<void> {
    const letters = await Promise.all(records.map((record) => this.read(record)));
    await inTransaction(this.pool, async (client) => {
      await keepLetters(client, letters);
      await pruneLetters(client, this.bounds, nowMs());
    });
  }

  /** Removes what became too old while no letter came. @throws TransientFailure if the database is away. */
  prune(nowMs: number): Promise<number> {
    return inTransaction(this.pool, (client) => pruneLetters(client, this.bounds, nowMs));
  }

  private async read(record: KafkaRecord): Promise<Letter> {
    return letterOf(
      record,
      await decodedOrNothing(this.codec, record.value, textHeaders(record.headers)[dataSchemaHeader]),
    );
  }
}

/** @throws TransientFailure if the schema registry can't be asked: that says nothing about the value. */
export async function decodedOrNothing(
  codec: Pick<EventCodec, 'decode'>,
  value: Buffer | null,
  dataSchema?: string,
): Promise<Emission | undefined> {
  try {
    return await codec.decode(value, dataSchema);
  } catch (error) {
    const failure = classify(error);
    if (failure.kind === 'transient') throw failure;
    return undefined;
  }
}
