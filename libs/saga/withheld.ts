import type { ReceivedEvent } from '#kafka';

/** No process handles more records at once, whatever its settings. */
const batchRecordsMost = 10_000n;

/**
 * Offset before which a part must follow a withheld request: by the end that the log had when the store was asked, and
 * in one batch with the request, as an earlier batch would have left a marker.
 */
export function waitsUntil(offset: bigint, logEnd: bigint): bigint {
  const far = offset + batchRecordsMost;
  return logEnd < far ? logEnd : far;
}

/** Whether it is a withheld request that no part followed, once the log is read up to an offset. */
export function isVain(entry: { readonly withheldUntil?: bigint } | undefined, readTo: bigint): boolean {
  return entry?.withheldUntil !== undefined && readTo >= entry.withheldUntil;
}

/** Whether it is a request to compensate that the ledger does not vouch for. */
export function isUnconfirmed(event: ReceivedEvent): boolean {
  return event.type === 'CompensationRequested' && !event.payload.confirmed;
}
