import { styleText } from 'node:util';

import type { Command } from 'commander';

import { loadConfig } from '#config';
import { dataSchemaHeader, topics, type Emission, type EventCodec } from '#events';
import { classify, PermanentFailure } from '#failure';
import { tailTopics, textHeaders, type KafkaRecord } from '#kafka';

import { createPlatform } from '../platform.js';

import type { Terminal } from './terminal.js';

interface Options {
  readonly fromBeginning?: true;
  readonly json?: true;
}

const prefix = 'penstock.documents.';
const known: readonly string[] = Object.values(topics).map(({ name }) => name);
const shortNames = known.map((name) => name.slice(prefix.length));

/** `penstock topics`: shows events, decoded, as they come; Ctrl-C ends it. */
export function addTopics(program: Command, terminal: Terminal): void {
  program
    .command('topics')
    .description('show the events of all topics, or of some, as they come; Ctrl-C ends it')
    .argument('[topics...]', `which: ${shortNames.join(', ')}`)
    .option('--from-beginning', 'begin with the oldest event that is kept')
    .option('--json', 'print one JSON object a line, with the payload')
    .action(async (names: string[], options: Options) => {
      const stop = new AbortController();
      const end = (): void => stop.abort();
      process.once('SIGINT', end).once('SIGTERM', end);
      // Whoever read our output has gone, as `head` does.
      process.stdout.once('error', end);
      try {
        await tail(names.map(topicName), options, terminal, stop.signal);
      } finally {
        process.off('SIGINT', end).off('SIGTERM', end);
        process.stdout.off('error', end);
      }
    });
}

/** @throws PermanentFailure if there is no such topic. */
function topicName(given: string): string {
  const name = given.startsWith(prefix) ? given : `${prefix}${given}`;
  if (known.includes(name)) return name;
  throw new PermanentFailure(`no topic ${given}; there are ${shortNames.join(', ')}`, { reason: 'bad-topic' });
}

async function tail(
  names: readonly string[],
  { fromBeginning, json }: Options,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { codec, kafka, log, pool } = createPlatform({ ...loadConfig(), logLevel: 'silent' }, 'topics');
  try {
    await codec.start();
    await tailTopics({
      ...kafka,
      topics: names.length === 0 ? known : names,
      fromBeginning: fromBeginning === true,
      signal,
      log,
      onReady: () => terminal.progress('penstock: waiting for events; Ctrl-C ends it'),
      onRecord: async (record) => {
        const shown = await read(codec, record);
        terminal.out(json === true ? JSON.stringify(shown) : lineOf(shown));
      },
    });
  } finally {
    await pool.end();
  }
}

interface ShownRecord {
  readonly time: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Null if the value can't be decoded; `unreadable` says why then. */
  readonly type: string | null;
  readonly key: string | null;
  readonly ingestionId: string | null;
  readonly payload: Emission['payload'] | null;
  readonly unreadable?: string;
}

async function read(codec: EventCodec, record: KafkaRecord): Promise<ShownRecord> {
  const { topic, partition, offset, timestampMs, key, value } = record;
  const place = { time: new Date(timestampMs).toISOString(), topic, partition, offset: Number(offset) };
  const headers = textHeaders(record.headers);
  const told = { key: key?.toString() ?? null, ingestionId: headers['ce_ingestionid'] ?? null };
  try {
    const { type, payload } = await codec.decode(value, headers[dataSchemaHeader]);
    return { ...place, type, ...told, ingestionId: payload.ingestionId ?? told.ingestionId, payload };
  } catch (error) {
    return { ...place, type: null, ...told, payload: null, unreadable: classify(error).message };
  }
}

function lineOf({ time, topic, partition, offset, type, key, ingestionId, unreadable }: ShownRecord): string {
  const place = `${topic.slice(prefix.length)}/${partition}/${offset}`.padEnd(22);
  const what = type === null ? styleText('yellow', `(${unreadable ?? ''})`) : type.padEnd(21);
  return `${time}  ${place} ${what}  ${key ?? '-'}  ${ingestionId ?? '-'}`;
}
