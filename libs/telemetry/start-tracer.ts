import type { Config } from '#config';

import type { ExportReport } from './reported-exporter.js';
import type { Tracer } from './tracer.js';

/** The settings of OpenTelemetry's own names, as far as they decide here. */
export type TraceSettings = Pick<
  Config,
  | 'otlpEndpoint'
  | 'otlpTracesEndpoint'
  | 'otlpHeaders'
  | 'otelServiceName'
  | 'otelDisabled'
  | 'tracesExporter'
  | 'tracesSampler'
  | 'tracesSamplerRatio'
>;

/** The tracer that the settings ask for. Without one nothing of OpenTelemetry is loaded. */
export async function startTracer(
  settings: TraceSettings,
  report: ExportReport & { readonly instance: string },
): Promise<Tracer | undefined> {
  const { otlpEndpoint, otlpTracesEndpoint, otelDisabled, tracesExporter } = settings;
  const url = otlpTracesEndpoint ?? (otlpEndpoint && `${otlpEndpoint.replace(/\/+$/, '')}/v1/traces`);
  if (url === undefined || otelDisabled || tracesExporter === 'none') return undefined;
  const { OpenTelemetryTracer } = await import('./open-telemetry-tracer.js');
  return new OpenTelemetryTracer({
    ...report,
    url,
    headers: Object.fromEntries(settings.otlpHeaders ?? []),
    serviceName: settings.otelServiceName,
    sampler: settings.tracesSampler,
    samplerRatio: settings.tracesSamplerRatio,
  });
}
