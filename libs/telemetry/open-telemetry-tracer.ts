import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace';

import type { Config } from '#config';

import { ReportedExporter, type ExportReport } from './reported-exporter.js';
import { Tracer, type OpenSpan, type SpanAttributes, type SpanFacts } from './tracer.js';
import { formatTraceparent, parseTraceparent } from './traceparent.js';

/** Where spans go, and how many of them. */
export interface TracerOptions extends ExportReport {
  readonly url: string;
  /** Names and values, comma separated, as `OTEL_EXPORTER_OTLP_HEADERS` has them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly instance: string;
  readonly sampler: Config['tracesSampler'];
  readonly samplerRatio: number;
}

/** What waits to be exported is bounded: a collector that is away costs the newest spans, and nothing waits for it. */
const queueSpansMax = 4096;
const batchSpansMax = 512;
const exportDelayMs = 2000;
const exportTimeoutMs = 10_000;
const closeMs = 5000;
const kinds: Readonly<Record<SpanFacts['kind'], SpanKind>> = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
};

/** Spans by the official SDK. It registers nothing globally: what is traced is what is written down as a span. */
export class OpenTelemetryTracer extends Tracer {
  private readonly provider: TracerProvider;
  private readonly tracer: ReturnType<TracerProvider['getTracer']>;

  constructor(options: TracerOptions) {
    super();
    const exporter = new OTLPTraceExporter({
      url: options.url,
      headers: { ...options.headers },
      timeoutMillis: exportTimeoutMs,
    });
    const processor = new BatchSpanProcessor({
      exporter: new ReportedExporter(exporter, options),
      maxQueueSize: queueSpansMax,
      maxExportBatchSize: batchSpansMax,
      scheduledDelayMillis: exportDelayMs,
      exportTimeoutMillis: exportTimeoutMs,
    });
    const names = { 'service.name': options.serviceName, 'service.instance.id': options.instance };
    const resource = detectResources({ detectors: [envDetector] }).merge(resourceFromAttributes(names));
    this.provider = new TracerProvider({ resource, sampler: samplerOf(options), spanProcessors: [processor] });
    this.tracer = this.provider.getTracer('penstock');
  }

  override start({ name, kind, parent, remote = false, links = [], attributes = {} }: SpanFacts): OpenSpan {
    const linked = links.flatMap((link) => parseTraceparent(link, true) ?? []).map((context) => ({ context }));
    const options = { kind: kinds[kind], attributes: { ...attributes }, links: linked };
    return openSpan(this.tracer.startSpan(name, options, contextOf(parent, remote)));
  }

  override async close(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, closeMs);
    await Promise.race([this.provider.shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  }
}

function contextOf(parent: string | undefined, remote: boolean): Context {
  const spanContext = parseTraceparent(parent, remote);
  return spanContext === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext);
}

function openSpan(span: Span): OpenSpan {
  return {
    traceparent: formatTraceparent(span.spanContext()),
    set: (attributes: SpanAttributes) => void span.setAttributes({ ...attributes }),
    rename: (name) => void span.updateName(name),
    fail: (reason) => {
      span.setAttribute('error.type', reason);
      span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
    },
    end: () => span.end(),
  };
}

function samplerOf({ sampler, samplerRatio }: TracerOptions): Sampler {
  const [parentBased, name] = sampler.startsWith('parentbased_')
    ? [true, sampler.slice('parentbased_'.length)]
    : [false, sampler];
  const root = rootSampler(name, samplerRatio);
  return parentBased ? new ParentBasedSampler({ root }) : root;
}

function rootSampler(name: string, ratio: number): Sampler {
  if (name === 'always_off') return new AlwaysOffSampler();
  return name === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler();
}
