import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { loadConfig, type Environment } from '#config';

import { eventually } from '../../test/e2e/eventually.js';
import { OtlpReceiver } from '../../test/services/otlp-receiver.js';
import { createLogger, Metrics, startTracer, traced, type Tracer } from './index.js';

const upstream = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
let receiver: OtlpReceiver;

beforeEach(async () => {
  receiver = await OtlpReceiver.start();
});

afterEach(() => receiver.stop());

function start(environment: Environment): Promise<Tracer | undefined> {
  const report = { log: createLogger('silent'), metrics: new Metrics(), instance: 'test' };
  return startTracer(loadConfig(environment), report);
}

function span(tracer: Tracer | undefined, parent?: string): string {
  const made = tracer?.start({ name: 'process', kind: 'consumer', parent, remote: true });
  made?.end();
  return made?.traceparent ?? '';
}

describe('the tracer', () => {
  it.each<[string, Environment]>([
    ['nothing says where traces go', {}],
    ['the SDK is disabled', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' }],
    ['no exporter is wanted', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_EXPORTER: 'none' }],
  ])('is not there if %s', async (_name, environment) => {
    expect(await start(environment)).toBeUndefined();
  });

  it('exports spans as protobuf below the endpoint, with the headers and names of the settings', async () => {
    const tracer = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.address}/otel/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20key',
      OTEL_SERVICE_NAME: 'memory',
    });

    span(tracer, upstream);
    await tracer?.close();

    expect(receiver.headers).toEqual([
      expect.objectContaining({
        path: '/otel/v1/traces',
        'x-key': 'a key',
        'content-type': 'application/x-protobuf',
      }),
    ]);
    expect(receiver.resources[0]).toMatchObject({ 'service.name': 'memory', 'service.instance.id': 'test' });
    expect(receiver.spans[0]).toMatchObject({
      traceId: upstream.slice(3, 35),
      parentId: upstream.slice(36, 52),
      kind: 5,
    });
  });

  it('does what the upstream producer decided, and passes it on', async () => {
    const tracer = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.address });

    const passedOn = span(tracer, `${upstream.slice(0, -1)}0`);
    await tracer?.close();

    expect(passedOn).toMatch(new RegExp(`^00-${upstream.slice(3, 35)}-[0-9a-f]{16}-00$`));
    expect(receiver.spans).toEqual([]);
  });

  it('samples by the ratio of the settings', async () => {
    const tracer = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.address,
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    });

    const made = span(tracer, upstream);
    await tracer?.close();

    expect(made).toMatch(/-00$/);
    expect(receiver.spans).toEqual([]);
  });

  it('says why a span failed by the reason alone', async () => {
    const tracer = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.address });
    const work = (): Promise<never> => Promise.reject(new Error('refused: the text of a document'));

    const facts = { name: 'write', kind: 'client', parent: undefined } as const;
    await expect(traced(tracer, () => facts, work)).rejects.toThrow('the text');
    await tracer?.close();

    expect(receiver.spans[0]?.status).toEqual({ code: 2, message: 'unclassified' });
    expect(Buffer.concat(receiver.bodies).includes('the text')).toBe(false);
  });

  it('keeps a bounded number for a collector that hangs, and holds up nobody', async () => {
    const tracer = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.address });
    receiver.hold();
    for (let made = 0; made < 512; made += 1) span(tracer);
    await eventually('a first request', () => receiver.spans.length > 0 || undefined);

    for (let made = 0; made < 20_000; made += 1) span(tracer);
    receiver.release();
    await tracer?.close();

    expect(receiver.spans.length).toBeGreaterThanOrEqual(4096);
    expect(receiver.spans.length).toBeLessThanOrEqual(4096 + 512);
  });

  it('ends within seconds if no collector is there', async () => {
    const tracer = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    const startedMs = performance.now();

    span(tracer);
    await tracer?.close();

    expect(performance.now() - startedMs).toBeLessThan(30_000);
  });
});
