import { readFileSync } from 'node:fs';

import { PermanentFailure } from '#failure';

import { secret } from './parsers.js';
import { settings, type SettingName } from './settings.js';

/** All settings, parsed. */
export type Config = { readonly [K in SettingName]: ReturnType<(typeof settings)[K]['parse']> };

/** Everything the environment may say, as given to `loadConfig`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks all settings at once. Each may also stand in a file that the same name with `_FILE` names, as
 * secrets do that are mounted; the line end that editors put there is no part of it.
 * @throws PermanentFailure naming every setting that does not parse; values of secrets are not repeated.
 */
export function loadConfig(environment: Environment = process.env): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    try {
      values[name] = readSetting(setting, environment);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (problems.length > 0) throw new PermanentFailure(problems.join('\n'), { reason: 'bad-configuration' });
  return values as Config;
}

type Setting = (typeof settings)[SettingName];

/** @throws RangeError with the name of the variable that is wrong. */
function readSetting(setting: Setting, environment: Environment): unknown {
  const { env } = setting;
  const fileEnv = `${env}_FILE`;
  const path = environment[fileEnv] ?? '';
  if (path === '') {
    const given = environment[env] ?? setting.default;
    const isSecret = (setting.parse as unknown) === secret || 'secret' in setting;
    return parseNamed(setting, given, `${env}: ${isSecret ? 'value' : `"${given}"`}`);
  }
  if ((environment[env] ?? '') !== '') throw new RangeError(`${env} and ${fileEnv}: only one of them may be set`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RangeError(`${fileEnv}: "${path}" can't be read (${code ?? 'unknown'})`, { cause: error });
  }
  return parseNamed(setting, text.replace(/\r?\n$/, ''), `${fileEnv}: what "${path}" says`);
}

function parseNamed({ parse }: Setting, given: string, said: string): unknown {
  try {
    return parse(given);
  } catch (error) {
    throw new RangeError(`${said} ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
