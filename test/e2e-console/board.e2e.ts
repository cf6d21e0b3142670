import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aNamespace, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { acmeReport } from '../e2e/samples.js';

interface BoardSeen {
  readonly away: readonly string[];
  readonly stages: readonly { readonly role: string; readonly instances: number; readonly handled: number }[];
  readonly work: { readonly open: number; readonly deadLetters: number; readonly recent: Record<string, number> };
}

let penstock: PenstockUnderTest;

beforeAll(async () => {
  penstock = await startPenstock();
});

afterAll(() => penstock.stop());

async function board(): Promise<BoardSeen> {
  const { body } = await penstock.api.ask('GET', '/v1/board');
  return body as unknown as BoardSeen;
}

/** The first boards of a stream, which this client then leaves. */
async function streamed(count: number): Promise<BoardSeen[]> {
  const left = new AbortController();
  const response = await fetch(`${penstock.api.address}/v1/events`, { signal: left.signal });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes as Uint8Array, { stream: true });
    if (text.split('\n\n').length > count) break;
  }
  left.abort();
  const data = text.matchAll(/^event: board\ndata: (.*)$/gm);
  return [...data].slice(0, count).map(([, json = '']) => JSON.parse(json) as BoardSeen);
}

describe('the board', () => {
  it('shows each role with its processes, and counts what it has handled', async () => {
    const before = await board();
    const { ingestionId } = await penstock.api.inline(aNamespace('board'), 'report', acmeReport);
    await penstock.api.outcome(ingestionId);

    const [first, second] = await streamed(2);

    expect(before.away).toEqual([]);
    expect(before.stages.find(({ role }) => role === 'parser')).toMatchObject({ instances: 1 });
    const handled = (seen: BoardSeen | undefined): number =>
      (seen?.stages ?? []).find(({ role }) => role === 'stager')?.handled ?? 0;
    expect(handled(second)).toBeGreaterThan(handled(before));
    expect(first?.work.recent['live']).toBeGreaterThan(0);
  });

  it('lets the process stop although somebody watches', async () => {
    const response = await fetch(`${penstock.api.address}/v1/events`);
    const end = (async () => {
      for await (const _bytes of response.body ?? []);
      return 'ended';
    })();

    await penstock.pause();

    expect(await end).toBe('ended');
    await penstock.restart();
  });
});

describe('the list of audits', () => {
  it('is a list, and refuses a limit that makes no sense', async () => {
    expect((await penstock.api.ask('GET', '/v1/audits?limit=5')).body).toEqual({ items: expect.any(Array) });
    expect(await penstock.api.ask('GET', '/v1/audits?limit=0')).toMatchObject({
      ...{ status: 400, contentType: expect.stringContaining('application/problem+json') },
      body: { reason: 'bad-request', detail: 'limit must be a whole number from 1 to 100' },
    });
    expect((await penstock.api.ask('GET', '/v1/audits?namespace=x')).status).toBe(400);
  });
});

describe('OpenAPI', () => {
  it('names what the console asks for', async () => {
    const { body } = await penstock.api.ask('GET', '/docs/openapi.json');

    expect(Object.keys(body['paths'] as object)).toEqual(
      expect.arrayContaining(['/v1/board', '/v1/events', '/v1/audits', '/v1/ingestions', '/v1/dead-letters']),
    );
  });
});
