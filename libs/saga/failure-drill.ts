import { PermanentFailure } from '#failure';
import type { PendingBatch, PendingResult, StoreWriter } from '#stores/port';

import { WrappedWriter } from './wrapped-writer.js';

/**
 * A writer that refuses documents whose id contains one of some patterns, and passes everything else on. It is how a
 * demonstration or a drill shows the saga undo a document; without the setting nothing is wrapped.
 */
class FailureDrill extends WrappedWriter {
  constructor(
    writer: StoreWriter,
    private readonly patterns: readonly string[],
  ) {
    super(writer, (work) => work());
  }

  override writePending(batch: PendingBatch): Promise<PendingResult> {
    const refused = this.patterns.find((pattern) => batch.parts.some(({ documentId }) => documentId.includes(pattern)));
    if (refused === undefined) return super.writePending(batch);
    const message = `${this.store} refuses documents named like "${refused}" (failure drill)`;
    return Promise.reject(new PermanentFailure(message, { reason: 'failure-drill' }));
  }
}

/** Wraps the writer if the setting, `store:pattern` or several of them with commas between, names its store. */
export function withFailureDrill(writer: StoreWriter, setting = ''): StoreWriter {
  const own = `${writer.store}:`;
  const patterns = setting.split(',').flatMap((drill) => (drill.startsWith(own) ? [drill.slice(own.length)] : []));
  return patterns.length === 0 ? writer : new FailureDrill(writer, patterns);
}
