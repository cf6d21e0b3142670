import { PermanentFailure } from '#failure';
import type { PendingBatch, PendingResult, StoreWriter } from '#stores/port';

import { WrappedWriter } from './wrapped-writer.js';

/**
 * A writer that refuses documents whose id contains a pattern, and passes everything else on. It is how a demonstration
 * or a drill shows the saga undo a document; without the setting nothing is wrapped.
 */
class FailureDrill extends WrappedWriter {
  constructor(
    writer: StoreWriter,
    private readonly pattern: string,
  ) {
    super(writer, (work) => work());
  }

  override writePending(batch: PendingBatch): Promise<PendingResult> {
    if (!batch.parts.some(({ documentId }) => documentId.includes(this.pattern))) return super.writePending(batch);
    const message = `${this.store} refuses documents named like "${this.pattern}" (failure drill)`;
    return Promise.reject(new PermanentFailure(message, { reason: 'failure-drill' }));
  }
}

/** Wraps the writer if the setting `store:pattern` names its store. */
export function withFailureDrill(writer: StoreWriter, setting: string | undefined): StoreWriter {
  const colon = setting?.indexOf(':') ?? -1;
  if (setting === undefined || colon < 0 || setting.slice(0, colon) !== writer.store) return writer;
  return new FailureDrill(writer, setting.slice(colon + 1));
}
