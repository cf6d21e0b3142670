import { emission, type Emission } from '#events';

import type { Coverage } from './coverage.js';
import { atMs, type Version } from './documents.js';

interface Travelling {
  readonly version: Version;
  said: readonly Emission[];
  next: number;
}

/**
 * The stages before the saga log: an ingestion's parts in order, unless one of them waits elsewhere for a budget;
 * ingestions in any order, anything more than once.
 */
export class Upstream {
  private readonly under: Travelling[] = [];
  private readonly past: Emission[] = [];

  constructor(
    private readonly publish: (emissions: readonly Emission[]) => void,
    private readonly coverage: Coverage,
    /** A part that is made again; it is the same one, as a model's answer is kept. Mutants make another one. */
    private readonly again: (said: Emission) => Emission = (said) => said,
  ) {}

  /** Goes on where another one stands. */
  takeOver({ under, past }: Upstream): void {
    this.under.push(...under.map((one) => ({ ...one })));
    this.past.push(...past);
  }

  /** @param failsAt a stage gives the ingestion up after so many parts. */
  accept(version: Version, failsAt?: number): void {
    const said = failsAt === undefined ? version.said : [...version.said.slice(0, failsAt), compensation(version)];
    this.under.push({ version, said, next: 0 });
  }

  /** Asks to undo an ingestion, whether or not anything of it is on the log yet. */
  cancel(version: Version): void {
    this.under.push({ version, said: [compensation(version, 'deadline')], next: 0 });
  }

  get waiting(): number {
    return this.under.length;
  }

  /** How many were said, each of which may come again. */
  get said(): number {
    return this.past.length;
  }

  /** What is still to come, by ingestion. */
  get travelling(): readonly (readonly Emission[])[] {
    return this.under.map(({ said, next }) => said.slice(next));
  }

  /** A part waits elsewhere, and whatever else its ingestion says comes before it. */
  park(which: number): void {
    const one = this.under[which % Math.max(this.under.length, 1)];
    const [parked, ...others] = one?.said.slice(one.next) ?? [];
    if (one === undefined || parked === undefined || others.length === 0) return;
    this.coverage.note('parked');
    one.said = [...one.said.slice(0, one.next), ...others, parked];
  }

  step(which: number, repeats: boolean, late: boolean): void {
    const old = this.past[which % Math.max(this.past.length, 1)];
    if (late && old !== undefined) {
      this.coverage.note('late-duplicate');
      this.publish([this.again(old)]);
      return;
    }
    const one = this.under[which % Math.max(this.under.length, 1)];
    const said = one?.said[one.next];
    if (one === undefined || said === undefined) return;
    this.publish([said]);
    if (repeats) {
      this.coverage.note('duplicate');
      this.publish([this.again(said)]);
    }
    this.past.push(said);
    one.next += 1;
    if (one.next === one.said.length) this.under.splice(this.under.indexOf(one), 1);
  }
}

function compensation({ ref }: Version, requestedBy = 'extractor'): Emission {
  return emission('CompensationRequested', {
    ...ref,
    requestedBy,
    reason: 'test',
    message: '',
    requestedAt: atMs,
    confirmed: false,
  });
}
