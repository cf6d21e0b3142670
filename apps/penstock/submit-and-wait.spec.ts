import { describe, expect, it } from '@jest/globals';

import { ApiClient } from './api-client.js';
import type { Outcome } from './outcome.js';
import { json, serveApi, type Answer } from './served-api-fixture.js';
import { submitAndWait } from './submit-and-wait.js';

const item = { kind: 'url', location: 'https://a.example', documentId: 'd' } as const;
const options = { namespace: 'default', timeoutMs: 50_000, onSettled: () => undefined };
const live = { status: 'live', timeline: [{ type: 'DocumentParsed' }] };

/** What becomes of a URL at an API that accepts it, and answers what became of it as told, one way after the other. */
async function outcomeOf(...answers: readonly Answer[]): Promise<Outcome | undefined> {
  return outcomeWithin(options.timeoutMs, ...answers);
}

async function outcomeWithin(timeoutMs: number, ...answers: readonly Answer[]): Promise<Outcome | undefined> {
  const left = [...answers];
  const { api, close } = await serveApi(({ method }, response) => {
    if (method === 'POST') json(202, { documentId: 'd', ingestionId: 'i', version: 1 })(response);
    else (left.shift() ?? json(200, live))(response);
  });
  const [outcome] = await submitAndWait(api, [item], { ...options, timeoutMs });
  await close();
  return outcome;
}

const cutOff: Answer = (response) => void response.destroy();

describe('an outcome that is waited for', () => {
  it('comes although the API is away for a moment, or in trouble', async () => {
    const away = [cutOff, json(503, { detail: 'no database', reason: 'postgres-unavailable' })];

    expect(await outcomeOf(json(200, { status: 'parsed' }), ...away, cutOff)).toMatchObject({
      report: { status: 'live' },
    });
  });

  it('does not come if the API knows no such ingestion', async () => {
    const outcome = await outcomeOf(json(404, { detail: 'no such ingestion', reason: 'not-found' }));

    expect(outcome).toMatchObject({
      refusal: { kind: 'permanent', reason: 'not-found', message: 'no such ingestion' },
    });
  });

  it('comes with those of what lies in the document', async () => {
    const parent = { ...live, ingestionId: 'i', timeline: [{ type: 'DocumentParsed', detail: { children: 1 } }] };
    const child = { ingestionId: 'c', documentId: 'd!/members/1-a.txt', status: 'failed' };

    const outcome = await outcomeOf(json(200, parent), json(200, { items: [child] }), json(200, child));

    expect(outcome).toMatchObject({ report: parent, inside: [{ item: { kind: 'inside' }, report: child }] });
  });
});

describe('an outcome that is not there in time', () => {
  it('is told with the status that was seen last, and with what calls to models wait for', async () => {
    const waiting = { reason: 'model-key-refused', message: 'wrong key', since: '2026-11-28T10:00:00.000Z' };
    const seen = [
      { status: 'staged', waiting: null },
      { status: 'parsed', waiting },
    ];

    const told = await Promise.all(seen.map((report) => outcomeWithin(0, json(200, report))));

    expect(told.map((outcome) => outcome?.refusal?.message)).toEqual([
      'ingestion i is still staged',
      'ingestion i is still parsed; calls to models wait: wrong key (model-key-refused, since 2026-11-28T10:00:00.000Z)',
    ]);
  });
});

describe('a document that is submitted to nobody', () => {
  it('is refused with a reason', async () => {
    const [outcome] = await submitAndWait(new ApiClient('http://127.0.0.1:1'), [item], options);

    expect(outcome).toMatchObject({ refusal: { kind: 'transient', reason: 'api-unreachable' } });
  });
});
