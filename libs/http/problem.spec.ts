import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';

import { PermanentFailure, TransientFailure } from '#failure';

import { problemOf } from './problem.js';

describe('problemOf', () => {
  it('tells the reason of a permanent failure', () => {
    const problem = problemOf(new PermanentFailure('the file is empty', { reason: 'empty' }));

    expect(problem).toMatchObject({ status: 400, reason: 'empty', detail: 'the file is empty' });
  });

  it('asks to try again when a service is away, without naming its address', () => {
    const problem = problemOf(
      new TransientFailure('postgres: connect ECONNREFUSED 10.0.0.1:5432', { reason: 'postgres-unavailable' }),
    );

    expect(problem.status).toBe(503);
    expect(JSON.stringify(problem)).not.toContain('10.0.0.1');
  });

  it('repeats nothing of an unexpected error', () => {
    const problem = problemOf(new TypeError('secret of the inside'));

    expect(problem.status).toBe(500);
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it('takes the status of the web framework and of its body parser', () => {
    expect(problemOf(new NotFoundException('Cannot GET /nowhere')).status).toBe(404);
    expect(problemOf(Object.assign(new Error('request entity too large'), { statusCode: 413 })).reason).toBe(
      'too-large',
    );
  });
});
