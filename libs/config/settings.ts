import { accessSettings } from './access-settings.js';
import { behaviourSettings } from './behaviour-settings.js';
import { mcpSettings } from './mcp-settings.js';
import { modelSettings } from './model-settings.js';
import { securitySettings } from './security-settings.js';
import { searchSettings } from './search-settings.js';
import { openAiSettings } from './openai-settings.js';
import { serviceSettings } from './service-settings.js';
import { sourceSettings } from './source-settings.js';
import { telemetrySettings } from './telemetry-settings.js';

/**
 * Every setting once: default (as written in the environment), parser, description. `.env.example` is printed from
 * this table, and nothing else reads the environment.
 */
export const settings = {
  ...serviceSettings,
  ...securitySettings,
  ...sourceSettings,
  ...modelSettings,
  ...searchSettings,
  ...mcpSettings,
  ...accessSettings,
  ...openAiSettings,
  ...behaviourSettings,
  ...telemetrySettings,
} as const;

export type SettingName = keyof typeof settings;
