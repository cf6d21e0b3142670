/** What a simulation must have met at least once, or it proves less than it says. */
export const classes = [
  'live',
  'abort',
  'superseded',
  'replaced',
  'retracted',
  're-created',
  'empty-rollback',
  'late-compensation',
  'refused',
  'write-deadline',
  'partial-batch',
  'half-promoted',
  'lost-ack',
  'crash-in-call',
  'crash-before-publish',
  'crash-in-publish',
  'crash-before-commit',
  'broker-lost',
  'restart',
  'slow',
  'zombie',
  'late-write-fenced',
  'zombie-heard',
  'old-owner',
  'duplicate',
  'late-duplicate',
  'parked',
  'outbox-gap',
  'relay-repeat',
  'api-rollback',
  'ledger-reordered',
  'ledger-repeat',
  'replay',
] as const;

export type CoverageClass = (typeof classes)[number];

/** In how many schedules each class was met, and how often in all. */
export class Coverage {
  readonly met = new Map<CoverageClass, number>();
  readonly times = new Map<CoverageClass, number>();
  schedules = 0;
  steps = 0;
  records = 0;

  private now = new Set<CoverageClass>();

  note(what: CoverageClass): void {
    this.now.add(what);
    this.times.set(what, (this.times.get(what) ?? 0) + 1);
  }

  endSchedule(steps: number, records: number): void {
    for (const what of this.now) this.met.set(what, (this.met.get(what) ?? 0) + 1);
    this.now = new Set();
    this.schedules += 1;
    this.steps += steps;
    this.records += records;
  }

  get missing(): CoverageClass[] {
    return classes.filter((what) => !this.met.has(what));
  }
}
