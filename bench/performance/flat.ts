import { setTimeout as pause } from 'node:timers/promises';

import { timesOf, type Times } from '../times/times.js';
import { sendOne } from './latency.js';
import type { Setting } from './setting.js';
import { pipelinePace, type Pace } from './throughput.js';
import { capitalised, drawWord, randomFrom } from '../words/words.js';

/** So many are submitted at a time on the way to the next measurement. */
const stride = 1_000;
const smallDocuments = 30;
const smallPauseMs = 200;
const wordsPerChunk = 130;

export interface Flat {
  readonly windows: readonly Window[];
  readonly big: BigDocument;
}

export interface Window {
  readonly stored: number;
  readonly pace: Pace;
  /** MiB each role process holds. */
  readonly memoryMib: Readonly<Record<string, number>>;
}

export interface BigDocument {
  readonly chunks: number;
  readonly seconds: number;
  /** Of small documents before it, and while it is on its way. */
  readonly before: Times;
  readonly beside: Times;
  /** MiB each role process has held at most. */
  readonly peakMib: Readonly<Record<string, number>>;
}

/** The same measurement with few and with many documents stored, then one document that is very large. */
export async function measureFlat(setting: Setting): Promise<Flat> {
  const { storedFirst, stored } = setting.options;
  const windows: Window[] = [];
  let submitted = 0;
  for (const goal of [...new Set([Math.min(storedFirst, stored), stored])]) {
    submitted = await fillTo(setting, submitted, goal);
    windows.push(await window(setting, submitted));
    submitted += setting.options.window;
  }
  return { windows, big: await measureBig(setting) };
}

async function fillTo(setting: Setting, from: number, goal: number): Promise<number> {
  let submitted = from;
  while (submitted < goal) {
    const count = Math.min(stride, goal - submitted);
    await pipelinePace(setting, setting.namespaceOf('flat'), submitted, count);
    submitted += count;
    setting.say(`flat: ${submitted} documents are stored`);
  }
  return submitted;
}

async function window(setting: Setting, stored: number): Promise<Window> {
  const pace = await pipelinePace(setting, setting.namespaceOf('flat'), stored, setting.options.window);
  setting.say(`flat: at ${stored} stored ${pace.perSecond.toFixed(1)} documents a second`);
  return { stored, pace, memoryMib: inMib(setting, 'nowBytes') };
}

async function measureBig(setting: Setting): Promise<BigDocument> {
  const { bigChunks } = setting.options;
  const before = await sendSmall(setting, 'before');
  const startedMs = Date.now();
  const ingestionId = await upload(setting.roles.api, setting.namespaceOf('big'), bigText(bigChunks));
  let done = false;
  const live = setting.watch.live(ingestionId).finally(() => (done = true));
  const besideMs: number[] = [];
  for (let number = 0; !done; number += 1) {
    besideMs.push(...(await Promise.race([live.then(() => []), oneSmall(setting, 'beside', number)])));
    await pause(smallPauseMs);
  }
  const seconds = ((await live) - startedMs) / 1000;
  const parsed = setting.watch.eventsOf(ingestionId).filter(({ type }) => type === 'DocumentParsed').length;
  setting.say(`flat: a document of ${parsed} parts took ${seconds.toFixed(1)} s`);
  const [peakMib, beside] = [inMib(setting, 'peakBytes'), timesOf(besideMs)];
  return { chunks: bigChunks, seconds, before: timesOf(before), beside, peakMib };
}

async function sendSmall(setting: Setting, name: string): Promise<number[]> {
  const took: number[] = [];
  for (let number = 0; number < smallDocuments; number += 1) took.push(...(await oneSmall(setting, name, number)));
  return took;
}

async function oneSmall(setting: Setting, name: string, number: number): Promise<number[]> {
  const { liveMs, acceptedMs } = await sendOne(setting, `small-${name}`, number);
  return [liveMs - acceptedMs];
}

/** A text that is cut into about so many passages. */
function bigText(chunks: number): string {
  const random = randomFrom(chunks);
  const paragraph = (): string => {
    const words = Array.from({ length: wordsPerChunk }, () => drawWord(random));
    return `${capitalised(words.join(' '))}.`;
  };
  return Array.from({ length: chunks }, paragraph).join('\n\n');
}

async function upload(api: string, namespace: string, text: string): Promise<string> {
  const form = new FormData();
  form.set('file', new File([text], 'big.txt', { type: 'text/plain' }));
  form.set('namespace', namespace);
  form.set('documentId', 'big');
  const response = await fetch(`${api}/v1/documents`, { method: 'POST', body: form });
  if (response.status !== 202) throw new Error(`the large document was not accepted: ${await response.text()}`);
  return ((await response.json()) as { ingestionId: string }).ingestionId;
}

function inMib({ roles }: Setting, which: 'nowBytes' | 'peakBytes'): Record<string, number> {
  return Object.fromEntries(Object.entries(roles.memory()).map(([name, memory]) => [name, memory[which] / 2 ** 20]));
}
