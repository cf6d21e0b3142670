import { describe, expect, it } from '@jest/globals';

import { textsOf, trueOrFalseOf, wholeNumberOf } from './query-values.js';

const bounds = { most: 200, otherwise: 50 };
const refusal = { kind: 'permanent', reason: 'bad-request' };

describe('a number in a query', () => {
  it.each([
    [undefined, 50],
    ['1', 1],
    ['200', 200],
    ['007', 7],
  ])('%j is %i', (text, value) => {
    expect(wholeNumberOf('limit', text, bounds)).toBe(value);
  });

  it.each(['', '0', '201', '-1', '1.5', '1e2', '0x10', ' 5', '5 ', 'many', '٣', '9'.repeat(30)])(
    '%j is none, and the refusal says what is wanted',
    (text) => {
      const message = 'limit must be a whole number from 1 to 200';
      expect(() => wholeNumberOf('limit', text, bounds)).toThrow(expect.objectContaining({ ...refusal, message }));
    },
  );
});

describe('the values of a query', () => {
  it('are texts, each of which stands once', () => {
    expect(textsOf({ namespace: 'a', limit: '5' })).toEqual({ namespace: 'a', limit: '5' });
    const twice = expect.objectContaining({ ...refusal, message: 'namespace must stand once' });
    expect(() => textsOf({ namespace: ['a', 'b'] })).toThrow(twice);
  });

  it.each([
    ['hold NUL', { namespace: 'a\u0000' }, 'namespace must not hold NUL'],
    ['are misspelt', { name: 'a' }, 'name is not a parameter; there are namespace, limit'],
  ])('are refused if they %s', (_, query, message) => {
    expect(() => textsOf(query, ['namespace', 'limit'])).toThrow(expect.objectContaining({ ...refusal, message }));
  });

  it('are true or false where they have to be', () => {
    expect([undefined, 'true', 'false'].map((text) => trueOrFalseOf('empty', text))).toEqual([undefined, true, false]);
    expect(() => trueOrFalseOf('empty', 'maybe')).toThrow('empty must be true or false');
  });
});
