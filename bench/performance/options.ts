import { parseArgs } from 'node:util';

/** What can be measured, in the order in which it is. */
export const partNames = ['throughput', 'latency', 'promise', 'flat', 'idle', 'scale-out'] as const;
export type PartName = (typeof partNames)[number];

export const usage = `npm run bench -- [--only ${partNames.join(',')}]

Starts a native stack of its own and role processes, measures, and stops them again. Prints tables; --report FILE keeps
each result as a line of JSON, --summarize FILE prints such lines as Markdown and measures nothing.

  --documents 2000     documents of throughput (about 3 KB, 4 chunks, 11 entities, 12 facts each)
  --warm-up 200        documents before any time is taken
  --dimensions 1536    of the vectors, which are hashed
  --batch 100          documents that the ceiling and direct writes send to a store at once
  --together           all roles in one process, as \`penstock run\` starts them, instead of one each
  --latency 200        documents that are sent one at a time
  --promise 1000       documents written by both ways
  --stored 100000      documents stored at the end of flat; from --stored-first 1000, time is taken for --window 500
  --big-chunks 20000   of the one large document of flat
  --instances 1,2,4    of the stage of scale-out, which handles --events 600 in --work-ms 20 each
  --idle-seconds 30    for which all roles do nothing
  --profile FOLDER     a CPU profile of each role process`;

const withDefault = (fallback: string) => ({ type: 'string' as const, default: fallback });
const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const known = {
  only: withDefault(partNames.join(',')),
  help: flag,
  report: text,
  summarize: text,
  profile: text,
  together: flag,
  documents: withDefault('2000'),
  'warm-up': withDefault('200'),
  dimensions: withDefault('1536'),
  batch: withDefault('100'),
  latency: withDefault('200'),
  promise: withDefault('1000'),
  stored: withDefault('100000'),
  'stored-first': withDefault('1000'),
  window: withDefault('500'),
  'big-chunks': withDefault('20000'),
  instances: withDefault('1,2,4'),
  events: withDefault('600'),
  'work-ms': withDefault('20'),
  'idle-seconds': withDefault('30'),
};

export interface BenchOptions {
  readonly only: readonly PartName[];
  readonly report: string | undefined;
  readonly profile: string | undefined;
  readonly together: boolean;
  readonly documents: number;
  readonly warmUp: number;
  readonly dimensions: number;
  readonly batch: number;
  readonly latency: number;
  readonly promise: number;
  readonly stored: number;
  readonly storedFirst: number;
  readonly window: number;
  readonly bigChunks: number;
  readonly instances: readonly number[];
  readonly events: number;
  readonly workMs: number;
  readonly idleSeconds: number;
}

/** What the command line asks for. @throws RangeError with the usage for one that makes no sense. */
export function readOptions(): BenchOptions | { readonly summarize: string } | 'help' {
  const { values } = parseArgs({ options: known });
  if (values.help) return 'help';
  if (values.summarize !== undefined) return { summarize: values.summarize };
  const only = values.only.split(',') as PartName[];
  if (!only.every((name) => partNames.includes(name))) throw new RangeError(usage);
  return {
    only: partNames.filter((name) => only.includes(name)),
    ...{ report: values.report, profile: values.profile, together: values.together },
    ...{ documents: positive(values.documents), warmUp: positive(values['warm-up']), batch: positive(values.batch) },
    ...{ dimensions: positive(values.dimensions), latency: positive(values.latency) },
    ...{ promise: positive(values.promise), stored: positive(values.stored), window: positive(values.window) },
    ...{ storedFirst: positive(values['stored-first']), bigChunks: positive(values['big-chunks']) },
    ...{ instances: values.instances.split(',').map(positive), events: positive(values.events) },
    ...{ workMs: positive(values['work-ms']), idleSeconds: positive(values['idle-seconds']) },
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(usage);
  return value;
}
