import type { MemoryApi } from './memory-api.js';

/** What every tool works with. */
export interface ToolContext {
  readonly api: MemoryApi;
  /** What is meant if a call names none. */
  readonly namespace: string;
}

/** What is said of a tool that changes nothing. */
export const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

export function documentPath(id: string): string {
  return `/v1/documents/${encodeURIComponent(id)}`;
}
