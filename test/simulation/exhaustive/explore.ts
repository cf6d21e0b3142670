import { readSagaLog, readViolations } from '../../checker/index.js';
import { Coverage } from '../coverage.js';
import { inspect, settle } from '../run-schedule.js';
import { World, type Machinery } from '../world.js';
import { advance, arrivals, optionsIn, type Option, type Place } from './options.js';
import { Signatures } from './signature.js';
import { beginningOf, type Story } from './stories.js';

export interface Exploration {
  readonly story: Story;
  /** The writer that faults happen to: its place among the stores. */
  readonly victim: number;
  readonly faults: number;
  readonly machinery: Machinery;
}

export interface Explored {
  /** Different states that were met. */
  readonly states: number;
  /** Steps from one state to another, faults included; each was a run from the beginning. */
  readonly steps: number;
  /** Runs that came to rest, where everything was checked. */
  readonly ends: number;
  readonly violation: Violation | undefined;
}

export interface Violation {
  readonly found: readonly string[];
  readonly schedule: readonly string[];
}

interface Choice {
  taken: number;
  readonly series: readonly (string | undefined)[];
  /** A series whose faults come too late to happen. */
  over: string | undefined;
}

/** Every schedule of a story, once: a run stops where another one has been with as many faults to go. */
export class Explorer {
  private readonly seen = new Map<string, number>();
  private readonly signatures = new Signatures();
  private readonly path: Choice[] = [];
  private steps = 0;
  private ends = 0;

  constructor(private readonly exploration: Exploration) {}

  async explore(): Promise<Explored> {
    let violation = await this.run();
    while (violation === undefined && this.another()) violation = await this.run();
    return { states: this.seen.size, steps: this.steps, ends: this.ends, violation };
  }

  /** Goes to the next path in the order of its choices. */
  private another(): boolean {
    for (let last = this.path.at(-1); last !== undefined; last = this.path.at(-1)) {
      const { series, over } = last;
      do last.taken += 1;
      while (last.taken < series.length && over !== undefined && series[last.taken] === over);
      if (last.taken < series.length) return true;
      this.path.pop();
    }
    return false;
  }

  private async run(): Promise<Violation | undefined> {
    const { story, machinery, faults, victim } = this.exploration;
    const world = await begin(story, machinery);
    const frozen: string[][] = world.writers.map(() => []);
    const schedule: string[] = [];
    const place: Place = { turn: arrivals, holding: false };
    let left = faults;
    for (let depth = 0; ; depth += 1) {
      advance(world, place);
      const known = this.path[depth];
      if (known === undefined) {
        const found = readViolations(world.readings, readSagaLog(world.log));
        if (found.length > 0) return { found, schedule };
        if (!this.isNew(world, place, left, frozen)) return undefined;
      }
      const options = optionsIn(world, place, victim, left);
      const choice = known ?? this.choose(options);
      const option = options[choice.taken];
      if (option === undefined) return this.end(world, schedule);
      if (depth === this.path.length - 1) this.steps += 1;
      schedule.push(option.name);
      left -= option.cost;
      if (await this.take(option, world, place, frozen)) continue;
      choice.over = option.series;
      return undefined;
    }
  }

  /** Where nothing has to happen any more, the last choice is that nothing does. */
  private choose(options: readonly Option[]): Choice {
    const series = options.map((one) => one.series);
    if (!options.some(({ cost }) => cost === 0)) series.push(undefined);
    const choice = { taken: 0, series, over: undefined };
    this.path.push(choice);
    return choice;
  }

  private isNew(world: World, place: Place, left: number, frozen: readonly string[][]): boolean {
    const signature = this.signatures.of(world, place, left, frozen);
    // With no fault left less of a world matters, so such signatures are not comparable with others.
    const key = left === 0 ? `0${signature}` : signature;
    if ((this.seen.get(key) ?? -1) >= left) return false;
    this.seen.set(key, left);
    return true;
  }

  /** Takes a step, and says whether it happened. What a frozen process will do depends on what it was before. */
  private async take(option: Option, world: World, place: Place, frozen: readonly string[][]): Promise<boolean> {
    const writer = world.writers[option.writer ?? -1];
    const own = frozen[option.writer ?? -1] ?? [];
    const before =
      writer === undefined || option.series === undefined ? '' : this.signatures.writer(writer, world, 1, own);
    const { asleep = 0, isSlow: wasSlow = false } = writer ?? {};
    await option.take(place);
    await submit(world);
    world.lookEverywhere();
    if (writer === undefined) return true;
    place.turn = (option.writer ?? 0) + 1;
    if (writer.asleep > asleep) own.push(`{${before} ${option.name} ${writer.isSlow}}`);
    else if (writer.asleep < asleep) own.splice(wasSlow ? own.findIndex((one) => one.endsWith(' true}')) : 0, 1);
    return option.series === undefined || writer.wasStruck;
  }

  private async end(world: World, schedule: readonly string[]): Promise<Violation | undefined> {
    this.ends += 1;
    const rested = await settle(world);
    const found = [...rested, ...(await inspect(world, this.exploration.machinery, readSagaLog(world.log)))];
    return found.length === 0 ? undefined : { found, schedule };
  }
}

/** Clients have asked and were answered; what they asked for is on its way. */
async function begin(story: Story, machinery: Machinery): Promise<World> {
  const world = new World(beginningOf(story), machinery, new Coverage());
  while (world.clients.waiting) world.clients.step(0, 'commit');
  await submit(world);
  return world;
}

/** A submission at the head of the outbox touches nothing that anybody here reads: its stages are free to wait. */
async function submit({ outbox }: World): Promise<void> {
  while (outbox.unsent[0]?.type === 'DocumentSubmitted') {
    const before = outbox.waiting;
    await outbox.relay('none', 1);
    if (outbox.waiting === before) return;
  }
}
