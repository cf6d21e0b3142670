import type { ModelUsage } from './extraction-model.js';

/** What costs nothing. */
export const free: ModelUsage = { promptTokens: 0, completionTokens: 0 };

/** What several calls cost together. */
export function totalUsage(usages: readonly ModelUsage[]): ModelUsage {
  return {
    promptTokens: usages.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
    completionTokens: usages.reduce((sum, { completionTokens }) => sum + completionTokens, 0),
  };
}
