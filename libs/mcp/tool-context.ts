import type { MemoryApi } from './memory-api.js';

/** What every tool works with. */
export interface ToolContext {
  readonly api: MemoryApi;
  /** What is meant if a call names none. */
  readonly namespace: string;
}

/** What is said of a tool that changes nothing. */
export const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

/** A document called `.` or `..` would lead elsewhere, were its dots not encoded as well. */
export function documentPath(id: string): string {
  const encoded = encodeURIComponent(id);
  return `/v1/documents/${/^\.{1,2}$/.test(encoded) ? encoded.replaceAll('.', '%2E') : encoded}`;
}
