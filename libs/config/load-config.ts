import { PermanentFailure } from '#failure';

import { secret } from './parsers.js';
import { settings, type SettingName } from './settings.js';

/** All settings, parsed. */
export type Config = { readonly [K in SettingName]: ReturnType<(typeof settings)[K]['parse']> };

/** Everything the environment may say, as given to `loadConfig`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks all settings at once.
 * @throws PermanentFailure naming every setting that does not parse; values of secrets are not repeated.
 */
export function loadConfig(environment: Environment = process.env): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const given = environment[setting.env] ?? setting.default;
    try {
      values[name] = setting.parse(given);
    } catch (error) {
      const isSecret = (setting.parse as unknown) === secret || 'secret' in setting;
      const shown = isSecret ? 'value' : `"${given}"`;
      problems.push(`${setting.env}: ${shown} ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (problems.length > 0) throw new PermanentFailure(problems.join('\n'), { reason: 'bad-configuration' });
  return values as Config;
}
