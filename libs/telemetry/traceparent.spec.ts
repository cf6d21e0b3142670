import { describe, expect, it } from '@jest/globals';

import { formatTraceparent, parseTraceparent } from './traceparent.js';

const [traceId, spanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];

describe('a traceparent', () => {
  it('is read and written as the W3C has it', () => {
    const parsed = parseTraceparent(`00-${traceId}-${spanId}-01`, true);

    expect(parsed).toEqual({ traceId, spanId, traceFlags: 1, isRemote: true });
    expect(parsed && formatTraceparent(parsed)).toBe(`00-${traceId}-${spanId}-01`);
  });

  it('of a later version is read by what it shares with the first', () => {
    expect(parseTraceparent(`01-${traceId}-${spanId}-00-more`, false)).toMatchObject({ traceId, traceFlags: 0 });
  });

  it.each([
    ['nothing', undefined],
    ['words', 'not a traceparent'],
    ['capital letters', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['no trace', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['no span', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['the version that is forbidden', `ff-${traceId}-${spanId}-01`],
    ['more than the first version has', `00-${traceId}-${spanId}-01-more`],
  ])('is none if it is %s', (_name, value) => {
    expect(parseTraceparent(value, true)).toBeUndefined();
  });
});
