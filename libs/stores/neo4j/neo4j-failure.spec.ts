import { describe, expect, it } from '@jest/globals';

import { PermanentFailure } from '#failure';

import { isCollision, neo4jFailure } from './neo4j-failure.js';

const thrown = (code: string): Error => Object.assign(new Error('said the database'), { code });

describe('neo4jFailure', () => {
  it.each([
    ['ServiceUnavailable', 'transient', 'neo4j-unavailable'],
    ['SessionExpired', 'transient', 'neo4j-unavailable'],
    ['Neo.TransientError.Transaction.DeadlockDetected', 'transient', 'neo4j-unavailable'],
    ['Neo.TransientError.General.MemoryPoolOutOfMemoryError', 'transient', 'neo4j-unavailable'],
    ['Neo.ClientError.Transaction.TransactionTimedOut', 'transient', 'neo4j-unavailable'],
    ['Neo.ClientError.Statement.EntityNotFound', 'transient', 'neo4j-unavailable'],
    ['Neo.ClientError.Security.Unauthorized', 'transient', 'neo4j-unauthorised'],
    ['Neo.ClientError.Statement.ArgumentError', 'permanent', 'store-refused'],
    ['Neo.ClientError.Schema.ConstraintValidationFailed', 'permanent', 'store-refused'],
    ['', 'transient', 'neo4j-unavailable'],
  ])('takes %s for %s', (code, kind, reason) => {
    expect(neo4jFailure(thrown(code))).toMatchObject({ kind, reason, message: 'neo4j: said the database' });
  });

  it('keeps a failure that was already classified', () => {
    const failure = new PermanentFailure('no', { reason: 'embedding-mismatch' });

    expect(neo4jFailure(failure)).toBe(failure);
  });
});

describe('isCollision', () => {
  it('is true where two transactions met and false where the database is out of reach', () => {
    expect(isCollision(thrown('Neo.TransientError.Transaction.DeadlockDetected'))).toBe(true);
    expect(isCollision(thrown('Neo.ClientError.Schema.ConstraintValidationFailed'))).toBe(true);
    expect(isCollision(thrown('ServiceUnavailable'))).toBe(false);
    expect(isCollision(undefined)).toBe(false);
  });
});
