import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { pino } from 'pino';

import { migrate } from '#database';
import { PermanentFailure } from '#failure';
import { makeStaging, type Staging } from '#pipeline/stager';

import { FrontAccount } from '../../test/services/front-account.js';
import { LedgerDatabase } from '../ledger/ledger-database.js';
import { frontPorts } from './front-ports.contract.js';
import { frontMigrations, FrontSync } from './index.js';
import { FaultyStep, standStill, type Fault } from './faulty-step.contract.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);
const log = pino({ level: 'silent' });
const { signal } = new AbortController();
let folder: string;
let staging: Staging;

beforeAll(async () => {
  await database.open();
  await migrate(database.pool, frontMigrations);
  folder = await mkdtemp(join(tmpdir(), 'penstock-front-'));
  staging = makeStaging({ stagingFolder: folder, stagingBucket: undefined } as Parameters<typeof makeStaging>[0]);
});

afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

/** An account in which something happens, is read while something fails, and goes on meanwhile. */
class Story {
  readonly account = new FrontAccount();

  constructor(readonly namespace: string) {}

  sync(step?: FaultyStep, pool = database.pool): FrontSync {
    const ports = frontPorts({ account: this.account, database, staging, namespace: this.namespace });
    return new FrontSync({ ...(step?.in({ ...ports, pool }) ?? ports), log });
  }

  begins(): void {
    this.says('cnv_1', 'msg_1', 'first');
    const attachments = [this.account.attach('fil_1', 'a.txt', Buffer.from('words'))];
    this.account.receive('cnv_1', { id: 'msg_2', body: 'msg_2 first', attachments });
    this.says('cnv_2', 'msg_3', 'first');
  }

  changes(): void {
    this.says('cnv_1', 'msg_1', 'second');
    this.says('cnv_1', 'msg_4', 'first');
    this.account.trash('cnv_2');
  }

  /** Between the fault and whoever reads after it. */
  goesOn(): void {
    this.says('cnv_1', 'msg_1', 'last');
    const second = this.account.conversations.get('cnv_2');
    if (second?.status !== 'deleted') return this.account.trash('cnv_2');
    second.status = 'assigned';
    this.account.happen('inbound', 'cnv_2', null);
  }

  /** Events are heard of again for a minute, which would hide that one was lost. */
  isQuiet(): void {
    this.account.events.length = 0;
  }

  /** What is wrong with the documents that were said to be there, beside what the account holds. */
  async problems(): Promise<string[]> {
    const said = (await database.said()).filter(({ payload }) => payload.namespace === this.namespace);
    const wrong: string[] = [];
    for (const { status, messages } of this.account.conversations.values()) {
      for (const { id, body } of messages) {
        const own = said.filter(({ payload }) => payload.documentId === `front/${id}`);
        const texts = await Promise.all(own.map((event) => this.textOf(event.type, event.payload.ingestionId)));
        const last = texts.at(-1);
        const isGone = status === 'deleted';
        const isRight = isGone
          ? last === 'gone' || last === undefined
          : last === leftToStager || last?.includes(String(body));
        if (isRight !== true) wrong.push(`${id} is ${last}, and should be ${isGone ? 'gone' : String(body)}`);
        if (texts.some((one, index) => one === texts[index + 1])) wrong.push(`${id} was said twice: ${texts.join()}`);
      }
    }
    return wrong;
  }

  private says(conversationId: string, id: string, word: string): void {
    const { messages = [] } = this.account.conversations.get(conversationId) ?? {};
    const index = messages.findIndex((one) => one.id === id);
    const message = this.account.receive(conversationId, { ...messages[index], id, body: `${id} ${word}` });
    if (index >= 0) messages.splice(index, Infinity, message, ...messages.slice(index + 1, -1));
  }

  /** What cannot be staged for good is left to the stager, which asks Front itself. */
  private async textOf(type: string, ingestionId: string | null): Promise<string> {
    if (type !== 'DocumentSubmitted') return 'gone';
    if ((await staging.stat(ingestionId ?? '')) === undefined) return leftToStager;
    const mail = await text(await staging.read(ingestionId ?? ''));
    return Buffer.from(mail.split('base64\r\n\r\n').at(-1)?.split('--')[0] ?? '', 'base64').toString();
  }
}

const acts = ['begins', 'changes'] as const;
type Act = (typeof acts)[number];
/** Each holds a connection for its lock, and most of the time another one. */
const sideBySide = 6;
const leftToStager = 'left to the stager';
let stories = 0;

/** A story up to the moment at which it is read, for some work. */
async function withStory<T>(act: Act, work: (story: Story) => Promise<T>): Promise<T> {
  stories += 1;
  const story = new Story(`front-${stories}`);
  await story.account.start();
  try {
    story.begins();
    if (act === 'changes') {
      await story.sync().turn(signal);
      story.changes();
    }
    return await work(story);
  } finally {
    await story.account.stop();
  }
}

type Trial = (story: Story, step: FaultyStep) => Promise<unknown>;

/** Tries each step of a turn, several side by side, and answers their names and what went wrong. */
async function everyStep(act: Act, fault: Fault, trial: Trial): Promise<{ steps: string[]; problems: string[] }> {
  const whole = new FaultyStep(Infinity, fault);
  await withStory(act, (story) => story.sync(whole).turn(signal));
  const left = Array.from({ length: whole.calls }, (_, index) => index + 1);
  const [steps, problems]: [string[], string[]] = [[], []];
  const tryOn = async (): Promise<void> => {
    for (let at = left.pop(); at !== undefined; at = left.pop()) {
      const step = new FaultyStep(at, fault);
      const found = await withStory(act, async (story) => {
        await trial(story, step);
        return story.problems();
      });
      steps.push(String(step.name));
      problems.push(...found.map((problem) => `${at} ${step.name}: ${problem}`));
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, tryOn));
  return { steps, problems };
}

/** No failure that the code under test knows: nothing is done after it. */
const killed = new Error('killed');
const faults: Readonly<Record<string, Fault>> = {
  'dies before it': () => Promise.reject(killed),
  'dies after it': (effect) => effect().then(() => Promise.reject(killed)),
  'is refused it': () => Promise.reject(new PermanentFailure('refused', { reason: 'refused' })),
};

describe.each(acts)('at each step of reading an account that %s', (act) => {
  it.each(Object.entries(faults))('whoever reads it %s, and the next one makes up for it', async (_what, fault) => {
    const { steps, problems } = await everyStep(act, fault, async (story, step) => {
      await story
        .sync(step)
        .turn(signal)
        .catch(() => undefined);
      story.goesOn();
      await story.sync().turn(signal);
    });

    expect(problems).toEqual([]);
    expect(new Set(steps)).toEqual(new Set(stepsOf(act)));
  });

  it('whoever reads it stands still, and does no harm when it goes on after another one', async () => {
    const { steps, problems } = await everyStep(act, standStill, async (story, step) => {
      const turn = story
        .sync(step, deafPool(database.pool))
        .turn(signal)
        .catch(() => undefined);
      await step.reached;
      await loseLock(story.namespace);
      story.goesOn();
      await story.sync().turn(signal);
      story.isQuiet();
      step.goOn();
      await turn;
    });

    expect(problems).toEqual([]);
    expect(new Set(steps)).toEqual(new Set(stepsOf(act)));
  });
});

/** Calls of cursors and changes, of the account, of staging, and of the messages that are known. */
function stepsOf(act: Act): string[] {
  const always = ['open', 'heardTo', 'note', 'next', 'done', 'events', 'conversation', 'messages', 'put'];
  const known = ['known', 'submit'];
  return act === 'begins'
    ? [...always, ...known, 'conversations', 'crawledTo', 'download']
    : [...always, ...known, 'retract'];
}

/** Connections of which nobody hears that they were lost: a process that stands still hears nothing. */
function deafPool(pool: Pool): Pool {
  return new Proxy(pool, {
    get: (target, name) => {
      if (name !== 'connect') return Reflect.get(target, name) as unknown;
      return async () => {
        const client = await target.connect();
        client.on('error', () => undefined);
        const deaf = { on: () => client, off: () => client };
        return new Proxy(client, {
          get: (own, called) => {
            if (called === 'on' || called === 'off') return deaf[called];
            const found: unknown = Reflect.get(own, called);
            return typeof found === 'function' ? (found.bind(own) as unknown) : found;
          },
        });
      };
    },
  });
}

/** The database ends the connection that holds the lock, as if it had missed its process for too long. */
async function loseLock(namespace: string): Promise<void> {
  const held = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
    AND (classid::bigint << 32 | objid::bigint) = hashtextextended($1, 0)`;
  const end = `SELECT pg_terminate_backend(pid, 5000) FROM (${held}) AS holders`;
  expect((await database.pool.query(end, [`penstock.front/${namespace}`])).rowCount).toBe(1);
}
