import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { loadConfig } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'penstock-settings-'));

function aFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('loadConfig', () => {
  it('has a working default for every setting', () => {
    const config = loadConfig({});

    expect(config.kafkaBrokers).toEqual(['127.0.0.1:19092']);
    expect(config.writeDeadlineMs).toBe(600_000);
    expect(config.uploadBytesMax).toBe(104_857_600);
    expect(config.failWriter).toBeUndefined();
  });

  it('names every setting that does not parse', () => {
    const load = (): unknown => loadConfig({ PENSTOCK_PARTITIONS: 'six', PENSTOCK_SAGA_DEADLINE: '1 day' });

    expect(load).toThrow(
      /PENSTOCK_PARTITIONS: "six" must be a whole number[^]*PENSTOCK_SAGA_DEADLINE: "1 day" must be a duration/,
    );
  });

  it('does not repeat the value of a secret', () => {
    const load = (): unknown => loadConfig({ PENSTOCK_POSTGRES_URL: ' ' });

    expect(load).toThrow('PENSTOCK_POSTGRES_URL: value must not be empty');
    const headers = (): unknown => loadConfig({ OTEL_EXPORTER_OTLP_HEADERS: 'kept-secret' });
    expect(headers).toThrow('OTEL_EXPORTER_OTLP_HEADERS: value must be name=value, comma separated');
  });

  it('takes a setting from a file that is named, without the end of its line', () => {
    const config = loadConfig({
      PENSTOCK_KAFKA_PASSWORD: '',
      PENSTOCK_KAFKA_PASSWORD_FILE: aFile('kafka', 'a secret \n'),
      PENSTOCK_PARTITIONS_FILE: aFile('partitions', '7'),
    });

    expect(config.kafkaPassword).toBe('a secret ');
    expect(config.partitions).toBe(7);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'that is not there',
      { PENSTOCK_KAFKA_PASSWORD_FILE: '/nowhere/kafka' },
      `PENSTOCK_KAFKA_PASSWORD_FILE: "/nowhere/kafka" can't be read (ENOENT)`,
    ],
    [
      'beside the setting itself',
      { PENSTOCK_KAFKA_PASSWORD: 'kept-secret', PENSTOCK_KAFKA_PASSWORD_FILE: '/nowhere/kafka' },
      'PENSTOCK_KAFKA_PASSWORD and PENSTOCK_KAFKA_PASSWORD_FILE: only one of them may be set',
    ],
    [
      'with nothing in it',
      { PENSTOCK_POSTGRES_URL_FILE: aFile('empty', '\n') },
      `PENSTOCK_POSTGRES_URL_FILE: what "${join(folder, 'empty')}" says must not be empty`,
    ],
    [
      'that says something else',
      { PENSTOCK_KAFKA_KEY_FILE: aFile('key', 'kept-secret') },
      `PENSTOCK_KAFKA_KEY_FILE: what "${join(folder, 'key')}" says must be a private key in PEM form`,
    ],
    [
      'whose certificate is damaged',
      { PENSTOCK_CA_FILE: aFile('ca', '-----BEGIN CERTIFICATE-----\nkept-secret\n-----END CERTIFICATE-----\n') },
      `PENSTOCK_CA_FILE: what "${join(folder, 'ca')}" says must be certificates in PEM form, and one of them is damaged`,
    ],
  ])('refuses a file %s, and does not repeat what it says', (_name, environment, said) => {
    const load = (): unknown => loadConfig(environment);

    expect(load).toThrow(said);
    expect(load).not.toThrow('kept-secret');
  });
});
