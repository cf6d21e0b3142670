import { describe, expect, it } from '@jest/globals';

import { emission, type Emission } from '#events';

import { encodedRuns } from './encoded-runs.js';

const megabyte = 1_000_000;
const context = { role: 'parser', timeMs: 1 };

function aRequest(number: number, bytes: number): Emission {
  const identity = { namespace: 'default', documentId: 'large', ingestionId: `i-${number}`, version: 1 };
  const said = {
    requestedBy: 'parser',
    reason: 'corrupt',
    message: 'x'.repeat(bytes),
    requestedAt: 1,
    confirmed: false,
  };
  return emission('CompensationRequested', { ...identity, ...said });
}

/** Keeps which events it has encoded, in order. */
class NotedCodec {
  readonly encoded: (string | null)[] = [];

  encode({ payload }: Emission): Buffer {
    this.encoded.push(payload.ingestionId);
    return Buffer.from(String(payload.ingestionId));
  }

  dataSchema(): string {
    return 'schema';
  }
}

describe('encodedRuns', () => {
  it('encodes what is said in runs of at most two megabytes, in order, each when it is its turn', () => {
    const codec = new NotedCodec();
    const emissions = [1, 2, 3, 4, 5].map((number) => aRequest(number, 0.9 * megabyte));

    const runs = encodedRuns(emissions, codec, context);
    const first = runs.next().value as { value: Buffer }[];

    expect(codec.encoded).toEqual(['i-1', 'i-2']);
    const rest = [...runs].map((run) => run.map(({ value }) => String(value)));
    expect([first.map(({ value }) => String(value)), ...rest]).toEqual([['i-1', 'i-2'], ['i-3', 'i-4'], ['i-5']]);
  });

  it('has an event over the bound in a run of its own', () => {
    const emissions = [aRequest(1, 3 * megabyte), aRequest(2, 10)];

    expect([...encodedRuns(emissions, new NotedCodec(), context)].map((run) => run.length)).toEqual([1, 1]);
  });

  it('is one run of all that is small, and none of nothing', () => {
    expect([...encodedRuns([aRequest(1, 5), aRequest(2, 5)], new NotedCodec(), context)]).toHaveLength(1);
    expect([...encodedRuns([], new NotedCodec(), context)]).toEqual([]);
  });
});
