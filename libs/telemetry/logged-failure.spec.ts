import { describe, expect, it } from '@jest/globals';

import { asTransient, classify, PermanentFailure, TransientFailure } from '#failure';

import { loggedFailure } from './logged-failure.js';

/** What a driver threw that quotes the row it refused. */
function refusal(): Error {
  return Object.assign(new Error('invalid input syntax: "the words of a user"'), {
    ...{ name: 'DatabaseError', code: '22P02', detail: 'Failing row contains (the words of a user)' },
  });
}

describe('what a log may say of a failure', () => {
  it('is its message, where the words are ours', () => {
    const failure = new PermanentFailure('the file is empty', { reason: 'empty' });

    expect(loggedFailure(failure)).toEqual({ reason: 'empty', error: 'the file is empty' });
    expect(loggedFailure(asTransient(failure))).toEqual({ reason: 'empty', error: 'the file is empty' });
  });

  it('is the kind and the code of what a driver threw, but none of its words', () => {
    const failure = new PermanentFailure(`postgres: ${refusal().message}`, {
      reason: 'store-refused',
      cause: refusal(),
    });

    expect(loggedFailure(failure)).toEqual({ reason: 'store-refused', error: 'DatabaseError 22P02' });
  });

  it('is where it happened, where nobody foresaw it, but not its message, of however many lines', () => {
    const error = new SyntaxError('unexpected "the words\n of a user\n    at the end"');

    const logged = loggedFailure(error);

    expect(logged).toMatchObject({ reason: 'unclassified', error: 'SyntaxError' });
    expect(logged.stack?.join()).toContain('logged-failure.spec');
    expect(JSON.stringify(logged)).not.toContain('words');
    expect(loggedFailure(classify(error)).error).toBe('SyntaxError');
  });

  it('is the address that could not be reached', () => {
    const system = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:7687'), { syscall: 'connect' });
    const driver = Object.assign(new Error('words'), { name: 'Neo4jError', code: 'ServiceUnavailable', cause: system });
    const failure = new TransientFailure('neo4j: words', { reason: 'neo4j-unavailable', cause: driver });

    expect(loggedFailure(failure)).toEqual({
      reason: 'neo4j-unavailable',
      error: 'Neo4jError ServiceUnavailable: connect ECONNREFUSED 127.0.0.1:7687',
    });
  });

  it.each([undefined, null, 'the words of a user', 5])('is nothing of what is no error: %p', (thrown) => {
    expect(loggedFailure(thrown)).toEqual({
      reason: 'unclassified',
      error: expect.stringMatching(/^(undefined|object|string|number)$/),
    });
  });
});
