import { describe, expect, it } from '@jest/globals';

import { exactField, isDeeper } from './json-body.js';

describe('the JSON of a request', () => {
  it.each<[string, string, boolean]>([
    ['nested as deeply as allowed', '[[{"a":[]}]]', false],
    ['nested deeper', '[[{"a":[[]]}]]', true],
    ['with brackets in strings', '["[[[[[[","{\\"[[[[","\\\\",[]]', false],
    ['with a string that never ends', '"[[[[[[', false],
    ['of closing brackets', ']]]]]]]]', false],
    ['of many lists side by side', '[[],[],[],[],[],[]]', false],
  ])('%s', (_what, json, deeper) => {
    expect(isDeeper(Buffer.from(json), 4)).toBe(deeper);
  });

  it('keeps every digit of a number, and the order and names of fields', () => {
    const record = '{"id":12345678901234567890,"price":1.10,"small":1e-7,"__proto__":{"a":1e2},"b":[1,-0.0]}';

    expect(exactField(`{"record": ${record}, "other": 1}`, 'record')).toBe(record);
  });

  it.each(['1e1001', '-1E-99999', '9'.repeat(1001)])('refuses the number %s', (number) => {
    expect(() => exactField(`{"record": {"a": ${number}}}`, 'record')).toThrow(
      expect.objectContaining({ reason: 'bad-json' }),
    );
  });
});
