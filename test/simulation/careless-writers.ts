import type { MemoryIngestion } from '#stores/memory';
import type {
  IngestionRef,
  PendingBatch,
  PendingResult,
  PromoteResult,
  RetractionRef,
  RetractResult,
} from '#stores/port';

import { SimulatedStoreWriter, type StoreProcess } from './simulated-store.js';

/** Writers that come to the right end by ways that readers must not see. */
abstract class CarelessWriter extends SimulatedStoreWriter {
  constructor(protected readonly at: StoreProcess) {
    super(at);
  }

  /** What the store holds of an ingestion, to be changed behind its back. */
  protected held(isMeant: (one: MemoryIngestion) => boolean): Changeable | undefined {
    return [...this.at.store.remembered()].find(isMeant) as Changeable | undefined;
  }

  /** Readers look, and the process may die or stand still. */
  protected async letReadersLook(): Promise<void> {
    this.at.store.revision += 1;
    await this.at.hook('promote', 'between');
  }
}

type Changeable = { -readonly [Field in keyof MemoryIngestion]: MemoryIngestion[Field] };

/** Removes the old version first, and shows the new one then. */
export class RemovesFirst extends CarelessWriter {
  override async promote(refs: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    for (const { namespace, documentId, version } of refs) {
      const isOlder = ({ ref, state }: MemoryIngestion): boolean =>
        state === 'live' && ref.namespace === namespace && ref.documentId === documentId && ref.version < version;
      const old = this.held(isOlder);
      if (old === undefined) continue;
      old.state = 'replaced';
      await this.letReadersLook();
    }
    return super.promote(refs, signal);
  }
}

/** Shows the new version first, and removes the old one then. */
export class ShowsBoth extends CarelessWriter {
  override async promote(refs: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    for (const { ingestionId } of refs) {
      const shown = this.held(({ ref, state }) => state === 'pending' && ref.ingestionId === ingestionId);
      if (shown === undefined) continue;
      shown.state = 'live';
      try {
        await this.letReadersLook();
      } finally {
        shown.state = 'pending';
      }
    }
    return super.promote(refs, signal);
  }
}

/** Says that a document is gone, and goes on showing it until it is called the next time. */
export class RemovesLater extends CarelessWriter {
  private readonly due: Changeable[] = [];

  override promote(refs: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    this.catchUp();
    return super.promote(refs, signal);
  }

  override writePending(batch: PendingBatch): Promise<PendingResult> {
    this.catchUp();
    return super.writePending(batch);
  }

  override async retract(refs: readonly RetractionRef[], signal: AbortSignal): Promise<RetractResult[]> {
    this.catchUp();
    const live = [...this.at.store.remembered()].filter(({ state }) => state === 'live');
    const before = live.map((one) => ({ one: one as Changeable, parts: new Map(one.parts) }));
    const results = await super.retract(refs, signal);
    for (const { one, parts } of before) {
      if (one.state !== 'retracted') continue;
      one.state = 'live';
      one.parts = parts;
      this.due.push(one);
    }
    return results;
  }

  private catchUp(): void {
    for (const one of this.due.splice(0)) {
      one.state = 'retracted';
      one.parts = new Map();
      this.at.store.revision += 1;
    }
  }
}
