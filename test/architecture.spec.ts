import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const root = join(import.meta.dirname, '..');

describe('the structure', () => {
  it('has only the imports that the rules allow', async () => {
    const { default: config } = (await import(new URL('../.dependency-cruiser.mjs', import.meta.url).href)) as {
      default: { forbidden: []; options: object };
    };
    const { output } = await cruise(
      ['apps', 'libs', 'stack/native'],
      { ...config.options, baseDir: root, ruleSet: { forbidden: config.forbidden }, validate: true },
      undefined,
      { tsConfig: extractTSConfig(join(root, 'tsconfig.json')) },
    );
    const { summary, modules } = output as ICruiseResult;

    const broken = summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`);

    expect(broken).toEqual([]);
    expect(modules.length).toBeGreaterThan(100);
  });

  it('does nothing when a library is imported: no output, no timer, no connection that keeps the process', () => {
    const indexes = globSync('dist/libs/**/index.js', { cwd: root }).map((file) => join(root, file));
    const script = `for (const file of ${JSON.stringify(indexes)}) await import(file);`;

    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { timeout: 55_000 });

    expect(indexes.length).toBeGreaterThan(15);
    expect({ status: child.status, signal: child.signal, output: `${child.stdout}${child.stderr}` }).toEqual({
      status: 0,
      signal: null,
      output: '',
    });
  });

  it('prints its settings as .env.example says', async () => {
    const { envExample } = await import('#config');

    expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe(envExample());
  });

  it('has every setting with its default in the README, and no other', async () => {
    const { settings } = await import('#config');
    const [, afterTitle = ''] = readFileSync(join(root, 'README.md'), 'utf8').split('\n## Settings\n');
    const rows =
      afterTitle.split('\n## ')[0]?.matchAll(/^\| `(?<env>[A-Z0-9_]+)` \| (?:`(?<value>[^`]*)`|) \|/gmu) ?? [];
    const said = [...rows].map(({ groups }) => `${groups?.env}=${groups?.value ?? ''}`);

    expect(said.sort()).toEqual(
      Object.values(settings)
        .map(({ env, default: value }) => `${env}=${value}`)
        .sort(),
    );
  });
});
