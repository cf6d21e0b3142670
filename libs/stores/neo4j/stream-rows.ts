import type { Driver } from 'neo4j-driver';

import { TransientFailure } from '#failure';

import { given } from './given.js';
import { neo4jFailure } from './neo4j-failure.js';

export type Row = Readonly<Record<string, unknown>>;

/** Rows of a question as they arrive: a result of any size takes the memory of a few. @throws TransientFailure */
export async function* streamRows(
  driver: Driver,
  cypher: string,
  parameters: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): AsyncGenerator<Row> {
  const session = driver.session({ database: 'neo4j', defaultAccessMode: 'READ' });
  try {
    for await (const record of session.run(cypher, given(parameters))) {
      if (signal.aborted) throw new TransientFailure('neo4j: the work was stopped', { reason: 'aborted' });
      yield record.toObject() as Row;
    }
  } catch (error) {
    throw neo4jFailure(error);
  } finally {
    await session.close().catch(() => undefined);
  }
}
