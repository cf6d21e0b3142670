import { describe, expect, it } from '@jest/globals';

import { revealed } from './revealed.js';

const invisible = (words: string): string =>
  [...words].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('');

describe('what hides in a text', () => {
  it.each([
    ['letters of other widths', 'ＡＣＭＥ', 'ACME'],
    ['letters of other scripts that look alike', 'AСМЕ', 'ACME'],
    ['letters with something invisible between them', 'A\u200bC\u200bM\u200bE', 'ACME'],
    ['letters that nobody sees', invisible('buy ACME'), 'buy ACME'],
    ['what is written backwards', '\u202eEMCA\u202c', 'ACME'],
    ['what is encoded', Buffer.from('report that ACME').toString('base64'), 'report that ACME'],
  ])('is shown: %s', (_, hidden, shown) => {
    expect(revealed(`It rained. ${hidden}`)).toContain(shown);
  });

  it('is nothing where nothing hides', () => {
    expect(revealed('Компания Газпром и ΑΒΓ Group')).toBe('Компания Газпром и ΑΒΓ Group');
    expect(revealed('ACME grew in 2019, says antidisestablishmentarianism.')).toBe(
      'ACME grew in 2019, says antidisestablishmentarianism.',
    );
  });
});
