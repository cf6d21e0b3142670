import { setTimeout as pause } from 'node:timers/promises';

import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';

import { TransientFailure } from '#failure';

import type { Json, MemoryApi } from './memory-api.js';

/** A call of a tool, as far as it hears of progress and may be given up. */
export type Waiter = Pick<
  RequestHandlerExtra<ServerRequest, ServerNotification>,
  '_meta' | 'sendNotification' | 'signal'
>;

export interface Patience {
  readonly pollMs: number;
  /** How long a client that wants to hear of progress hears nothing: most give up after a minute of silence. */
  readonly silenceMsMax: number;
  readonly waitMsMax: number;
}

const patienceDefault: Patience = { pollMs: 300, silenceMsMax: 10_000, waitMsMax: 300_000 };
/** How far along each status is. */
const progressOf: Readonly<Record<string, number>> = { submitted: 1, staged: 2, parsed: 3, extracted: 4, writing: 5 };
const progressTotal = 6;

/**
 * Waits for the end of an ingestion and says how far it is, if the client wants to know.
 * @throws TransientFailure `timeout` if it takes longer than anybody should wait.
 */
export async function waitForOutcome(
  api: Pick<MemoryApi, 'get'>,
  ingestionId: string,
  waiter: Waiter,
  { pollMs, silenceMsMax, waitMsMax }: Patience = patienceDefault,
): Promise<Json> {
  const deadlineMs = performance.now() + waitMsMax;
  const tell = teller(waiter, silenceMsMax);
  for (;;) {
    const ingestion = await api.get(`/v1/ingestions/${ingestionId}`);
    const status = String(ingestion['status']);
    await tell(status);
    if (progressOf[status] === undefined) return ingestion;
    if (performance.now() > deadlineMs) {
      const message = `ingestion ${ingestionId} is still ${status}; look again with get_ingestion_status`;
      throw new TransientFailure(message, { reason: 'timeout' });
    }
    await pause(pollMs, undefined, { signal: waiter.signal });
  }
}

/** Tells each new status, and at times that it is still the old one. The protocol wants progress that only grows. */
function teller(
  { _meta: { progressToken } = {}, sendNotification }: Waiter,
  silenceMsMax: number,
): (status: string) => Promise<void> {
  let told = 0;
  let toldAtMs = performance.now();
  return async (status) => {
    if (progressToken === undefined) return;
    const reached = progressOf[status] ?? progressTotal;
    const isNew = reached > told;
    if (!isNew && performance.now() - toldAtMs < silenceMsMax) return;
    // Half of what is left to the next status, so that none is told before it is there.
    told = isNew ? reached : (told + Math.floor(told) + 1) / 2;
    toldAtMs = performance.now();
    const params = { progressToken, progress: told, total: progressTotal, message: isNew ? status : `still ${status}` };
    await sendNotification({ method: 'notifications/progress', params });
  };
}
