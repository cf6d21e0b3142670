import { describe, expect, it } from '@jest/globals';

import { classify, PermanentFailure, PoisonMessage, TransientFailure } from './index.js';

describe('classify', () => {
  it('keeps a failure that was already classified', () => {
    const failures = [new TransientFailure('a'), new PermanentFailure('b'), new PoisonMessage('c')];

    expect(failures.map(classify)).toEqual(failures);
  });

  it('takes an unknown error for transient and keeps its cause', () => {
    const cause = new RangeError('boom');

    const failure = classify(cause);

    expect(failure).toBeInstanceOf(TransientFailure);
    expect(failure.cause).toBe(cause);
    expect(failure.message).toBe('boom');
  });

  it('survives something thrown that is not an error', () => {
    expect(classify('text').message).toBe('text');
  });
});
