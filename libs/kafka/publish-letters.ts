import { classify } from '#failure';

import type { RawRecord } from './kafka-record.js';
import type { RecordPublisher } from './record-publisher.js';
import { truncateLetter } from './truncate-letter.js';

/**
 * Publishes dead letters. One that the broker refuses is cut short and sent again: a record that came compressed may
 * inflate to more than any topic takes, and if it could not be buried, its partition would stand still for ever.
 */
export async function publishLetters(
  publisher: Pick<RecordPublisher, 'publishRaw'>,
  letters: readonly RawRecord[],
  signal: AbortSignal,
): Promise<void> {
  // Calls of the same tick share a request; a call for each letter tells which one was refused.
  const sends = letters.map(async (letter) => {
    try {
      await publisher.publishRaw([letter], signal);
    } catch (error) {
      const failure = classify(error);
      if (failure.kind === 'transient') throw failure;
      await publisher.publishRaw([truncateLetter(letter)], signal);
    }
  });
  const failed = (await Promise.allSettled(sends)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw classify(failed.reason);
}
