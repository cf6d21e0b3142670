import { createHash } from 'node:crypto';

import type { LogReading, LogRecord } from '../../checker/index.js';
import { documents } from '../documents.js';
import type { World } from '../world.js';
import type { WriterActor } from '../writer-actor.js';
import type { Memory } from '../writer-process.js';
import type { Place } from './options.js';

const letters: Readonly<Record<string, string>> = { neo4j: 'N', postgres: 'P', qdrant: 'Q', redis: 'R' };

/** What else the future of a world depends on. */
interface Circumstances {
  readonly place: Place;
  /** Faults that may still come. */
  readonly left: number;
  /** What each writer's frozen processes are, oldest first. */
  readonly frozen: readonly (readonly string[])[];
  /** The world's log, as it was read. */
  readonly log: LogReading;
}

/**
 * What a world is, as far as anything that may still happen, or any check, depends on it: two worlds with the same
 * signature have the same future.
 */
export class Signatures {
  private readonly ids = new Map<string, string>();

  of(world: World, { place: { turn, holding }, left, frozen, log }: Circumstances): string {
    const writers = world.writers.map((writer, i) => this.writer(writer, world, left, frozen[i] ?? []));
    const text = [turn, holding, this.shared(world, log, left), ...writers].join('\n');
    return createHash('sha1').update(text).digest('base64').slice(0, 16);
  }

  /** One writer, its store, and what its frozen processes will be when they go on. */
  writer(writer: WriterActor, world: World, faultsLeft: number, frozen: readonly string[]): string {
    const store = world.stores[writer.store];
    const held = [...store.remembered()].map(({ ref, state, parts }) => {
      // One whose promotion has only begun is live by its marker, and not shown.
      const begun = state === 'pending' && store.state(ref) === 'live' ? '!' : '';
      return `${this.id(ref.ingestionId)}:${state}${begun}:${[...parts.keys()].join('.')}`;
    });
    const read = faultsLeft > 0 ? `${writer.position} ${writer.committed}` : writer.position - world.log.length;
    const memory = this.memory(writer.remembers, faultsLeft);
    const retracted = store.retractedThrough(documents[0]);
    return [read, held.sort().join(), retracted, memory, writer.isSlow, ...frozen].join(' ');
  }

  /** The log, as far as somebody may still read it, what is on its way to it, and what was said of outcomes. */
  private shared({ log, outcomes, upstream, outbox, writers }: World, reading: LogReading, faultsLeft: number): string {
    const from = faultsLeft > 0 ? 0 : Math.min(...writers.map(({ position }) => position));
    const { ingestions, retractedThrough } = reading;
    const decided = [...ingestions.values()].map(({ ingestionId, decision }) => this.id(ingestionId) + decision);
    const travelling = upstream.travelling.map((said) => this.records(said));
    const outcome = [...new Set(outcomes.map((one) => this.record(one)))].sort();
    return [
      this.records(log.slice(from)),
      decided.sort().join(),
      [...retractedThrough.values()].join(),
      (faultsLeft > 0 ? travelling : travelling.sort()).join('/'),
      faultsLeft > 0 ? upstream.said : '',
      this.records(outbox.unsent),
      outcome.join(),
    ].join('|');
  }

  private records(records: readonly LogRecord[]): string {
    return records.map((one) => this.record(one)).join();
  }

  private record({ type, payload }: LogRecord): string {
    const { ingestionId, version, store, requestedBy, outcome, part } = payload as unknown as Record<string, string>;
    const by = letters[store ?? ''] ?? letters[requestedBy?.replace('writer-', '') ?? ''] ?? requestedBy ?? '';
    return `${type.replace(/[a-z]/g, '')}${this.id(ingestionId ?? '')}${version}.${part ?? ''}<${by}>${outcome ?? ''}`;
  }

  private memory(handler: Memory | undefined, faultsLeft: number): string {
    // A process that knows nothing is as good as one that is about to begin.
    if (handler?.state === undefined) return ' ';
    const entries = [...handler.state].map(([id, { firstOffset, parts, written, progress, withheldUntil = '' }]) => {
      const receipts = progress.receipts.map((name) => `<${letters[name]}>`).sort();
      const from = faultsLeft > 0 ? firstOffset : '';
      return [this.id(id), from, parts, [...written.keys()].join('.'), receipts.join(''), withheldUntil].join(':');
    });
    return `${entries.join()} ${[...handler.givenUp.keys()].map((id) => this.id(id)).join()}`;
  }

  private id(ingestionId: string): string {
    const known = this.ids.get(ingestionId) ?? String.fromCharCode(97 + this.ids.size);
    this.ids.set(ingestionId, known);
    return known;
  }
}
