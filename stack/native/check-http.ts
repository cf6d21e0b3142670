import { checkTimeoutMs } from './service.js';

/** Rejects unless a GET of this URL is answered with success. */
export async function checkHttp(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(checkTimeoutMs) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}
