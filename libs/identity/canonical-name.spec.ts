import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { canonicalName, familyOf } from './index.js';

describe('the canonical name of a person', () => {
  it.each([
    ['J. Smith, CEO', 'J. Smith'],
    ['John Smith, chairman and CEO of ACME, Berlin', 'John Smith'],
    ['Jane Doe, former Senior Vice President', 'Jane Doe'],
    ['Jane Doe, Chief Technology Officer', 'Jane Doe'],
    ['Smith, CFO', 'Smith'],
    ['John Smith, PhD', 'John Smith'],
    ['John Smith, Ph.D., MBA', 'John Smith'],
    ['Jane Doe, M.D.', 'Jane Doe'],
    ['John Smith, Esq.', 'John Smith'],
    ['John Smith Jr., CEO', 'John Smith Jr.'],
    ['John Smith, Jr., CEO', 'John Smith, Jr.'],
    ['Smith, John, PhD', 'Smith, John'],
  ])('leaves out what follows it: %s', (written, name) => {
    expect(canonicalName('Person', written)).toBe(name);
  });

  it.each([
    ...['Smith, John', 'Smith, J.', 'Smith, M.D.', 'Rahman, Md', 'King, Dean', 'Smith , John', 'John Smith, Berlin'],
    ...[
      'Elizabeth II',
      'King Charles III',
      'Marvin Director',
      'Jean Chair',
      'CEO',
      ', CEO',
      'John Smith,',
      'Li, Coombs',
      'John Smith Jr.',
      'John Smith, Jr.',
      'John Adam Smith III',
      'Jr.',
      '',
    ],
  ])('is all of one that nothing of the sort follows: %j', (name) => {
    expect(canonicalName('Person', name)).toBe(name);
  });

  it('is of the family of the surname', () => {
    const families = ['J. Smith, CEO', 'John Smith, PhD', 'John Smith'].map((written) =>
      familyOf('default', 'Person', canonicalName('Person', written)),
    );

    expect(new Set(families)).toEqual(new Set(['default/Person/smith']));
  });

  it('is its own canonical name', () => {
    const pieces = fc.constantFrom('John', 'Smith', ',', ', ', ' ', 'Jr.', 'III', 'CEO', 'PhD', 'MD', 'head of');

    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), fc.constantFrom('', ' '), (written, gap) => {
        const name = canonicalName('Person', written.join(gap));

        expect(canonicalName('Person', name)).toBe(name);
      }),
    );
  });
});

describe('the canonical name of anything else', () => {
  it('keeps what follows a comma, and a company its legal form', () => {
    expect(canonicalName('Organization', 'Foo, Inc.')).toBe('Foo Inc.');
    expect(canonicalName('Organization', 'Director, CEO')).toBe('Director, CEO');
    expect(canonicalName('Product', 'Atlas Heavy III')).toBe('Atlas Heavy III');
  });
});
