import { address, choice, decimal, flag, named, optional, text } from './parsers.js';

/** Where traces go, by the names that OpenTelemetry gives these settings everywhere. */
export const telemetrySettings = {
  otlpEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: '',
    parse: optional(address),
    description:
      'Collector that traces go to by OTLP over HTTP, e.g. http://127.0.0.1:4318; empty: there are no traces',
  },
  otlpTracesEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    default: '',
    parse: optional(address),
    description: 'The whole address for traces, if it is not /v1/traces below the collector',
  },
  otlpHeaders: {
    env: 'OTEL_EXPORTER_OTLP_HEADERS',
    default: '',
    parse: optional(named),
    secret: true,
    description: 'Headers for the collector, such as a key: name=value, comma separated',
  },
  otelServiceName: {
    env: 'OTEL_SERVICE_NAME',
    default: 'penstock',
    parse: text,
    description: 'What traces call this service',
  },
  tracesExporter: {
    env: 'OTEL_TRACES_EXPORTER',
    default: 'otlp',
    parse: choice('otlp', 'none'),
    description: 'none: there are no traces, whatever else is set',
  },
  tracesSampler: {
    env: 'OTEL_TRACES_SAMPLER',
    default: 'parentbased_always_on',
    parse: choice(
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ),
    description: 'Which documents are traced; parentbased: as the upstream producer says, if it says anything',
  },
  tracesSamplerRatio: {
    env: 'OTEL_TRACES_SAMPLER_ARG',
    default: '1',
    parse: decimal(0, 1),
    description: 'Share of the documents that traceidratio traces',
  },
  otelDisabled: {
    env: 'OTEL_SDK_DISABLED',
    default: 'false',
    parse: flag,
    description: 'true: there are no traces, whatever else is set',
  },
} as const;
