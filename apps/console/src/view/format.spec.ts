import { describe, expect, it } from '@jest/globals';

import { agoText, bytesText, countOf, durationText, rateText, usdText } from './format.js';

describe('what people read', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [200 * 1024, '200 KiB'],
    [5.25 * 1024 ** 3, '5.3 GiB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it.each([
    [12.4, '12 ms'],
    [1500, '1.5 s'],
    [90_000, '1 min 30 s'],
    [3_600_000, '1 h 0 min'],
    [9 * 86_400_000, '9 days'],
  ])('%d ms are %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('says how long ago something was, and nothing where nothing was', () => {
    expect(agoText('1970-01-01T00:00:00.000Z', 12_345)).toBe('12 s ago');
    expect(agoText('1970-01-01T00:00:01.000Z', 500)).toBe('just now');
    expect(agoText(null, 0)).toBe('–');
  });

  it('does not show an unknown price as nothing', () => {
    expect([usdText(null), usdText(0), usdText(0.00123), usdText(1.5)]).toEqual([
      'price unknown',
      '$0',
      '$0.0012',
      '$1.50',
    ]);
  });

  it('counts one thing as one', () => {
    expect([countOf(1, 'chunk'), countOf(2, 'entity', 'entities'), rateText(0.25), rateText(1234.5)]).toEqual([
      '1 chunk',
      '2 entities',
      '0.3',
      '1,235',
    ]);
  });
});
