import { describe, expect, it } from '@jest/globals';

import { loadConfig } from './index.js';

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
});
