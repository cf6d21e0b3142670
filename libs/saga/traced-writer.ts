import type { PenstockFailure } from '#failure';
import type {
  CompensateResult,
  IngestionRef,
  PendingBatch,
  PendingResult,
  PromoteResult,
  RetractionRef,
  RetractResult,
  StoreWriter,
} from '#stores/port';
import { duringSpans, inSpansOf, traceparentOf, type OpenSpan, type SpanAttributes, type Tracer } from '#telemetry';

import { WrappedWriter } from './wrapped-writer.js';

/** What a verb came to, for the n-th of those it was called for. */
type Describe<T> = (result: T, index: number) => SpanAttributes;
type Subject = Pick<IngestionRef, 'namespace' | 'version'> & { readonly ingestionId?: string };

/** A writer whose verbs are spans: one for each ingestion, as part of what its events are part of. */
export class TracedWriter extends WrappedWriter {
  constructor(
    writer: StoreWriter,
    private readonly tracer: Tracer,
  ) {
    super(writer, (work) => work());
  }

  override writePending(batch: PendingBatch): Promise<PendingResult> {
    const ingestions = [...new Map(batch.parts.map((part) => [part.ingestionId, part])).values()];
    const describe: Describe<PendingResult> = ({ outcomes }, index) => {
      const at = batch.parts.findLastIndex(({ ingestionId }) => ingestionId === ingestions[index]?.ingestionId);
      return { 'penstock.state': outcomes[at] };
    };
    return this.traced('write', ingestions, () => super.writePending(batch), describe);
  }

  override promote(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    return this.traced('promote', ingestions, () => super.promote(ingestions, signal), stateOf);
  }

  override compensate(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<CompensateResult[]> {
    return this.traced('compensate', ingestions, () => super.compensate(ingestions, signal), stateOf);
  }

  override retract(documents: readonly RetractionRef[], signal: AbortSignal): Promise<RetractResult[]> {
    const describe: Describe<RetractResult[]> = (results, index) => ({
      'penstock.removed': results[index]?.removed.length,
    });
    return this.traced('retract', documents, () => super.retract(documents, signal), describe);
  }

  private async traced<T>(
    verb: string,
    subjects: readonly Subject[],
    work: () => Promise<T>,
    describe: Describe<T>,
  ): Promise<T> {
    const spans = subjects.map((subject) => this.start(verb, subject));
    const ofIngestions = subjects.flatMap(({ ingestionId }, index) => {
      const span = spans[index];
      return ingestionId === undefined || span === undefined ? [] : [[ingestionId, span.traceparent] as const];
    });
    const described = async (): Promise<T> => {
      const result = await inSpansOf(new Map(ofIngestions), work);
      spans.forEach((span, index) => span.set(describe(result, index)));
      return result;
    };
    return duringSpans(spans, described, note);
  }

  private start(verb: string, { namespace, version, ingestionId }: Subject): OpenSpan {
    const attributes = {
      'db.system.name': systems[this.store],
      'db.operation.name': verb,
      'penstock.store': this.store,
      'penstock.namespace': namespace,
      'penstock.ingestion.id': ingestionId,
      'penstock.document.version': version,
    };
    const parent = traceparentOf(ingestionId ?? null);
    return this.tracer.start({ name: `${verb} ${this.store}`, kind: 'client', parent, attributes });
  }
}

const systems = { neo4j: 'neo4j', postgres: 'postgresql', qdrant: 'qdrant', redis: 'redis' } as const;

function stateOf(results: readonly { readonly state: string }[], index: number): SpanAttributes {
  return { 'penstock.state': results[index]?.state };
}

/** Of several that a store refuses together one is at fault; they are tried again apart, and then it is known which. */
function note(spans: readonly OpenSpan[], { kind, reason }: PenstockFailure): void {
  const undecided = kind !== 'transient' && spans.length > 1;
  for (const span of spans) {
    if (undecided) span.set({ 'penstock.refused_together': spans.length });
    else span.fail(reason);
  }
}
