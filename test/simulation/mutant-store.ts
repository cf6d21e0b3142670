import { documentKey, type DocumentEmbedded, type StoreCounts } from '#events';
import type { MemoryIngestion } from '#stores/memory';
import { MemoryStore } from '#stores/memory';
import type { IngestionRef, IngestionState } from '#stores/port';

/** Mistakes that a store can make. */
export type StoreMutation =
  | 'no-tombstone-check'
  | 'no-tombstone'
  | 'no-retraction-marker'
  | 'overwrite-in-place'
  | 'pending-over-live'
  | 'random-ids'
  | 'older-wins'
  | 'replaced-stays'
  | 'acknowledged-early'
  | 'forgets-last-write'
  | 'kept-twice'
  | 'collects-early'
  | 'compensates-live'
  | 'promotes-in-two-steps';

interface Held {
  ref: IngestionRef;
  state: IngestionState;
  parts: Map<number, DocumentEmbedded>;
}

const strangerId = '01930000-0000-7000-8000-00000000feed';
const none: StoreCounts = { parts: 0, chunks: 0, entities: 0, facts: 0, mentions: 0 };

/** A store with one mistake; everything else is as in the sound one. */
export class MutantStore extends MemoryStore {
  private readonly extra: Held[] = [];
  private writes = 0;

  constructor(private readonly mutation: StoreMutation) {
    super();
  }

  override *remembered(): Iterable<MemoryIngestion> {
    yield* super.remembered();
    yield* this.extra;
  }

  override state(ref: IngestionRef): IngestionState | undefined {
    const state = super.state(ref);
    if (this.mutation === 'no-tombstone' && state === 'compensated') return undefined;
    if (this.mutation === 'no-retraction-marker' && this.held(ref) === undefined) return undefined;
    return state;
  }

  override write(part: DocumentEmbedded): IngestionState {
    const state = this.state(part);
    this.writes += 1;
    switch (this.mutation) {
      case 'no-tombstone-check':
      case 'no-tombstone':
      case 'no-retraction-marker':
        if (state !== 'live' && state !== 'pending' && this.refuses(part)) return this.writeAnyway(part);
        return super.write(part);
      case 'overwrite-in-place':
        for (const one of this.own()) if (isOlder(one, part)) one.parts.set(part.part, part);
        this.revision += 1;
        return super.write(part);
      case 'pending-over-live':
        if (state !== 'live') return super.write(part);
        this.held(part)!.state = 'pending';
        return 'pending';
      case 'random-ids': {
        const written = super.write(part);
        const held = this.held(part);
        if (written === 'pending') held?.parts.set(1_000 + this.writes, part);
        return written;
      }
      case 'acknowledged-early':
        return part.part > 1 && this.writes % 3 === 0 ? 'pending' : super.write(part);
      case 'collects-early': {
        const over = this.own().find(({ state: other }) => other !== 'pending' && other !== 'live');
        if (over !== undefined && this.writes % 2 === 0) this.forget(over.ref.ingestionId);
        return super.write(part);
      }
      case 'forgets-last-write': {
        const written = super.write(part);
        if (written === 'pending' && this.writes % 5 === 0) this.held(part)?.parts.delete(part.part);
        return written;
      }
      default:
        return super.write(part);
    }
  }

  override promote(ref: IngestionRef): { state: IngestionState; replaced: string[] } | undefined {
    if (this.mutation === 'older-wins') {
      const live = this.own().find((one) => one.state === 'live' && isSame(one, ref) && one.ref.version > ref.version);
      if (live !== undefined && this.held(ref)?.state === 'pending') {
        live.state = 'replaced';
        live.parts.clear();
        this.held(ref)!.state = 'live';
        this.revision += 1;
        return { state: 'live', replaced: [live.ref.ingestionId] };
      }
    }
    const before = this.own().filter((one) => one.state === 'live' && isSame(one, ref));
    const kept = before.map((one) => ({ ref: one.ref, state: one.state, parts: new Map(one.parts) }));
    const result = super.promote(ref);
    if (this.mutation === 'replaced-stays' && (result?.replaced.length ?? 0) > 0) this.extra.push(...kept);
    const own = this.held(ref);
    if (this.mutation === 'kept-twice' && result?.state === 'live' && own !== undefined) {
      const copy = { ...ref, ingestionId: strangerId };
      if (this.extra.length === 0) this.extra.push({ ref: copy, state: 'live', parts: new Map(own.parts) });
    }
    if (this.mutation === 'promotes-in-two-steps') {
      const held = this.held(ref);
      if (result?.state === 'live' && (held?.parts.size ?? 0) > 1) held?.parts.delete(2);
    }
    return result;
  }

  override compensate(ref: IngestionRef): { state: IngestionState; removed: StoreCounts } {
    const held = this.held(ref);
    if (this.mutation === 'compensates-live' && held?.state === 'live') {
      held.state = 'compensated';
      held.parts.clear();
      this.revision += 1;
      return { state: 'compensated', removed: none };
    }
    return super.compensate(ref);
  }

  private refuses(part: DocumentEmbedded): boolean {
    const state = super.state(part);
    return state !== undefined && state !== 'pending' && state !== 'live';
  }

  private writeAnyway(part: DocumentEmbedded): IngestionState {
    const { namespace, documentId, ingestionId, version } = part;
    super.write(part);
    const held = this.held(part);
    if (held === undefined) {
      const ref = { namespace, documentId, ingestionId, version };
      this.extra.push({ ref, state: 'pending', parts: new Map([[part.part, part]]) });
      return 'pending';
    }
    held.state = 'pending';
    held.parts.set(part.part, part);
    return 'pending';
  }

  private own(): Held[] {
    return [...super.remembered()] as Held[];
  }

  private held(ref: Pick<IngestionRef, 'ingestionId'>): Held | undefined {
    return this.own().find((one) => one.ref.ingestionId === ref.ingestionId);
  }
}

/** A store that tells documents apart by their id alone. */
export class TenantlessStore extends MemoryStore {
  override promote(ref: IngestionRef): { state: IngestionState; replaced: string[] } | undefined {
    const result = super.promote(ref);
    if (result?.state !== 'live') return result;
    for (const one of [...this.remembered()] as Held[]) {
      const other = one.ref.documentId === ref.documentId && one.ref.namespace !== ref.namespace;
      if (!other || one.state !== 'live') continue;
      one.state = 'replaced';
      one.parts.clear();
    }
    return result;
  }
}

function isSame(one: Held, ref: IngestionRef): boolean {
  return documentKey(one.ref) === documentKey(ref);
}

function isOlder(one: Held, part: DocumentEmbedded): boolean {
  return one.state === 'live' && documentKey(one.ref) === documentKey(part) && one.ref.version < part.version;
}
