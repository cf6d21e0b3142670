import { readSagaLog, type LogReading } from '../../checker/index.js';
import { Coverage } from '../coverage.js';
import { inspect, readingViolations, settle } from '../run-schedule.js';
import { World, type Machinery } from '../world.js';
import { advance, arrivals, optionsIn, type Option, type Place } from './options.js';
import { Signatures } from './signature.js';
import { beginningOf, type Story } from './stories.js';

export interface Exploration {
  readonly story: Story;
  /** The writers that faults happen to: their places among the stores. */
  readonly victims: readonly number[];
  readonly faults: number;
  readonly machinery: Machinery;
}

export interface Explored {
  /** Different states that were met. */
  readonly states: number;
  /** Steps from one state to another, faults included. */
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
  /** Where the choice was made, if that can be kept; else it is gone to again from an earlier place. */
  from: Standing | undefined;
}

/** A schedule that has come to some point. */
interface Standing {
  readonly world: World;
  readonly place: Place;
  readonly schedule: string[];
  /** What each writer's frozen processes are, oldest first. */
  readonly frozen: readonly string[][];
  left: number;
  log: LogReading;
  logged: number;
  /** How many readings are known to be sound. A longer log doesn't make a sound reading bad. */
  read: number;
}

/** Every schedule of a story, once: a run stops where another one has been with as many faults to go. */
export class Explorer {
  private readonly seen = new Map<string, number>();
  private readonly signatures = new Signatures();
  private readonly path: Choice[] = [];
  private steps = 0;
  private ends = 0;

  /** @param keeps whether worlds are kept where ways part, rather than made again from the beginning. */
  constructor(
    private readonly exploration: Exploration,
    private readonly keeps = true,
  ) {}

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
    const { standing, depth: start } = this.kept() ?? { standing: await this.beginning(), depth: 0 };
    const { world, place, schedule } = standing;
    for (let depth = start; ; depth += 1) {
      advance(world, place);
      const known = this.path[depth];
      if (known === undefined) {
        const found = this.look(standing);
        if (found.length > 0) return { found, schedule };
        if (!this.isNew(standing)) return undefined;
      }
      const options = optionsIn(world, place, this.exploration.victims, standing.left);
      const choice = known ?? this.choose(options, standing);
      const option = options[choice.taken];
      if (option === undefined) return this.end(world, schedule);
      if (depth === this.path.length - 1) this.steps += 1;
      schedule.push(option.name);
      standing.left -= option.cost;
      if (await this.take(option, standing)) continue;
      choice.over = option.series;
      return undefined;
    }
  }

  private async beginning(): Promise<Standing> {
    const { story, machinery, faults } = this.exploration;
    const world = await begin(story, machinery);
    const frozen = world.writers.map(() => []);
    const place = { turn: arrivals, holding: false };
    return { world, place, schedule: [], frozen, left: faults, log: readSagaLog([]), logged: 0, read: 0 };
  }

  /** The last place on the path that was kept; for the last of its ways the kept world itself is used up. */
  private kept(): { readonly standing: Standing; readonly depth: number } | undefined {
    const depth = this.path.findLastIndex(({ from }) => from !== undefined);
    const choice = this.path[depth];
    if (choice?.from === undefined) return undefined;
    const isLast = choice.taken === choice.series.length - 1 && depth === this.path.length - 1;
    const standing = isLast ? choice.from : copyOf(choice.from);
    if (isLast) choice.from = undefined;
    return standing === undefined ? undefined : { standing, depth };
  }

  private look(standing: Standing): string[] {
    const { world, logged, read } = standing;
    if (world.log.length > logged) standing.log = readSagaLog(world.log);
    standing.logged = world.log.length;
    standing.read = world.readings.length;
    return standing.read === read ? [] : readingViolations(world, standing.log);
  }

  /** Where nothing has to happen any more, the last choice is that nothing does. */
  private choose(options: readonly Option[], standing: Standing): Choice {
    const series = options.map((one) => one.series);
    if (!options.some(({ cost }) => cost === 0)) series.push(undefined);
    const from = this.keeps && series.length > 1 ? copyOf(standing) : undefined;
    const choice = { taken: 0, series, over: undefined, from };
    this.path.push(choice);
    return choice;
  }

  private isNew({ world, place, left, frozen, log }: Standing): boolean {
    const signature = this.signatures.of(world, { place, left, frozen, log });
    // With no fault left less of a world matters, so such signatures are not comparable with others.
    const key = left === 0 ? `0${signature}` : signature;
    if ((this.seen.get(key) ?? -1) >= left) return false;
    this.seen.set(key, left);
    return true;
  }

  /** Takes a step, and says whether it happened. What a frozen process will do depends on what it was before. */
  private async take(option: Option, { world, place, frozen }: Standing): Promise<boolean> {
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

/** Nothing if the world can't be copied. */
function copyOf({ world, place, schedule, frozen, ...rest }: Standing): Standing | undefined {
  const copy = world.copy();
  if (copy === undefined) return undefined;
  return { ...rest, world: copy, place: { ...place }, schedule: [...schedule], frozen: frozen.map((own) => [...own]) };
}

/** Clients have asked and were answered; what they asked for is on its way. */
export async function begin(story: Story, machinery: Machinery): Promise<World> {
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
