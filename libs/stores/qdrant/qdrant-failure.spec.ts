import { describe, expect, it } from '@jest/globals';

import { PermanentFailure } from '#failure';

import { isConnectionLost, isMissing, isThere, qdrantFailure } from './qdrant-failure.js';

const answered = (status: number): Error =>
  Object.assign(new Error('Bad Request'), { status, data: { status: { error: 'said' } } });

describe('qdrantFailure', () => {
  it.each([
    [400, 'permanent', 'store-refused'],
    [413, 'permanent', 'store-refused'],
    [422, 'permanent', 'store-refused'],
    [401, 'transient', 'qdrant-unauthorised'],
    [403, 'transient', 'qdrant-unauthorised'],
    [404, 'transient', 'qdrant-unavailable'],
    [408, 'transient', 'qdrant-unavailable'],
    [429, 'transient', 'qdrant-unavailable'],
    [500, 'transient', 'qdrant-unavailable'],
    [503, 'transient', 'qdrant-unavailable'],
  ])('takes an answer %i for %s', (status, kind, reason) => {
    expect(qdrantFailure(answered(status))).toMatchObject({ kind, reason, message: 'qdrant: said' });
  });

  it('takes a request that got no answer for transient', () => {
    expect(qdrantFailure(new TypeError('fetch failed'))).toMatchObject({
      kind: 'transient',
      message: 'qdrant: fetch failed',
    });
  });

  it('passes on how long the server asks us to wait', () => {
    const busy = Object.assign(new Error('busy'), { retry_after: 7 });

    expect(qdrantFailure(busy).retryAfterMs).toBe(7000);
  });

  it('keeps a failure that was already classified', () => {
    const failure = new PermanentFailure('no', { reason: 'embedding-mismatch' });

    expect(qdrantFailure(failure)).toBe(failure);
  });
});

describe('what the client threw', () => {
  it('is told apart by status and by cause', () => {
    const reset = new TypeError('fetch failed', {
      cause: Object.assign(new Error('closed'), { code: 'UND_ERR_SOCKET' }),
    });

    expect(isMissing(answered(404))).toBe(true);
    expect(isThere(answered(409))).toBe(true);
    expect(isConnectionLost(reset)).toBe(true);
    expect(isConnectionLost(answered(500))).toBe(false);
    expect(isConnectionLost(undefined)).toBe(false);
  });
});
