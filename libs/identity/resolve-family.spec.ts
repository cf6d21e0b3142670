import { describe, expect, it } from '@jest/globals';

import { canonicalName, familyDocumentsMax, familyOf, resolveFamily, type FamilyMember } from './index.js';

/** What documents write: the name, and by document what stands beside it. */
function member(type: string, written: string, documents: Readonly<Record<string, readonly string[]>>): FamilyMember {
  const name = canonicalName(type, written);
  const beside = Object.entries(documents).map(([document, families]) => [document, new Set(families)] as const);
  return { uuid: `uuid of ${name}`, type, name, documents: new Map(beside) };
}

const person = member.bind(undefined, 'Person');
const company = member.bind(undefined, 'Organization');

/** Each name that is another one, with that one. */
function resolved(...members: readonly FamilyMember[]): Record<string, string> {
  const named = (uuid: string): string => uuid.replace('uuid of ', '');
  return Object.fromEntries(resolveFamily(members).map(({ uuid, standsFor }) => [named(uuid), named(standsFor)]));
}

describe('names of one family', () => {
  it('are one thing if they differ in case, marks or signs alone, under the form that tells most', () => {
    expect(resolved(company('Café CORP.', { a: [] }), company('CAFE Corporation', { b: [] }))).toEqual({
      'CAFE Corporation': 'Café Corporation',
    });
    expect(resolved(company('ACME Corp', { a: [] }), company('Acme Corporation', { b: [] }))).toEqual({
      'Acme Corporation': 'ACME Corporation',
    });
    expect(resolved(member('Location', 'Zurich', { a: [] }), member('Location', 'Zürich', { b: [] }))).toEqual({
      Zurich: 'Zürich',
    });
    expect(resolved(member('Location', 'ZÜRICH', { a: [] }), member('Location', 'Zürich', { b: [] }))).toEqual({
      ZÜRICH: 'Zürich',
    });
  });

  it('are the longer one where its initials stand in the same document', () => {
    expect(resolved(person('J. Smith', { a: [] }), person('John Smith', { a: [], b: [] }))).toEqual({
      'J. Smith': 'John Smith',
    });
  });

  it('are the longer one in another document if the same company stands beside both', () => {
    expect(resolved(person('J. Smith', { a: ['acme'] }), person('John Smith', { b: ['acme', 'bolt'] }))).toEqual({
      'J. Smith': 'John Smith',
    });
    expect(resolved(person('J. Smith', { a: ['globex'] }), person('John Smith', { b: ['acme'] }))).toEqual({});
  });

  it('stay apart once more documents write them than may be joined anew each time', () => {
    const written = (count: number): FamilyMember[] => [
      company('ACME', { own: [], 'document 1': [] }),
      company(
        'ACME Corporation',
        Object.fromEntries(Array.from({ length: count }, (_, at) => [`document ${at}`, ['berlin']])),
      ),
    ];

    expect(resolved(company('ACME', { 'document 1': [] }), ...written(familyDocumentsMax).slice(1))).toEqual({
      ACME: 'ACME Corporation',
    });
    expect(resolved(...written(familyDocumentsMax))).toEqual({});
  });

  it('stay apart if one document that writes the short name does not say who that is', () => {
    const short = person('J. Smith', { a: ['acme'], c: [] });

    expect(resolved(short, person('John Smith', { b: ['acme'] }))).toEqual({});
  });

  it('stay apart if they are so long that they share a key without being one name', () => {
    const [long, other] = ['a', 'b'].map((last) => `${'Institute of Long Names '.repeat(12)}${last}`);
    const members = [company(`${long} GmbH`, { a: [] }), company(`${other}`, { a: [] })];

    expect(new Set(members.map(({ type, name }) => familyOf('default', type, name))).size).toBe(1);
    expect(resolved(...members)).toEqual({});
  });

  it('are joined alike in whatever order the store names them, though the one speaks for the other', () => {
    const members = [
      person('John Alan Smith', { a: ['acme'] }),
      person('J. Alan Smith', { b: ['acme', 'bolt'] }),
      person('John A. Smith', { c: ['bolt'] }),
    ];

    expect(resolveFamily(members.toReversed())).toEqual(resolveFamily(members));
  });

  it('stay apart if two longer ones fit, wherever they stand', () => {
    const [john, jane] = [person('John Smith', { b: ['acme'] }), person('Jane Smith', { c: ['globex'] })];

    expect(resolved(person('J. Smith', { a: ['acme'] }), john, jane)).toEqual({});
  });

  it('take a surname alone for the whole name only where every document writes that as well', () => {
    const john = person('John Smith', { a: ['acme'] });

    expect(resolved(person('Smith', { a: ['acme'] }), john)).toEqual({ Smith: 'John Smith' });
    expect(resolved(person('Smith', { a: ['acme'], b: ['acme'] }), john)).toEqual({});
  });

  it('meet in the longest, which what stands for it helps to know', () => {
    const longest = person('John Adam Smith', { a: [] });
    const longer = person('John Smith', { a: [], b: ['acme'] });
    const known = person('John Smith', { a: [] });

    expect(resolved(person('J. Smith', { a: ['acme'] }), known, longest)).toEqual({
      'J. Smith': 'John Adam Smith',
      'John Smith': 'John Adam Smith',
    });
    // In document b nothing says that John Smith is John Adam Smith, so nobody knows who J. Smith is.
    expect(resolved(person('J. Smith', { c: ['acme'] }), longer, longest)).toEqual({});
  });

  it('are the one company with a legal form that is written, or stand beside, in each document', () => {
    const [short, corporation] = [company('ACME', { a: ['smith'] }), company('ACME Corp.', { b: ['smith'] })];

    expect(resolved(short, corporation)).toEqual({ ACME: 'ACME Corporation' });
    expect(resolved(short, corporation, company('ACME Ltd', { c: [] }))).toEqual({});
    expect(resolved(company('Bolt Inc.', { a: [] }), company('Bolt Ltd.', { a: [] }))).toEqual({});
  });

  it('give the same answer in whatever order they come', () => {
    const members = [
      ...[person('Smith', { a: [] }), person('J. Smith', { a: [] }), person('SMITH', { a: [] })],
      person('John Smith', { a: ['acme'] }),
    ];

    expect(resolved(...members.toReversed())).toEqual(resolved(...members));
    expect(resolved(...members)).toEqual({ Smith: 'John Smith', 'J. Smith': 'John Smith', SMITH: 'John Smith' });
  });
});

describe('a family', () => {
  it('is told by the words alone, and amounts and dates have none', () => {
    expect(familyOf('default', 'Person', 'J. Smith')).toBe(familyOf('default', 'Person', 'John SMITH'));
    expect(familyOf('default', 'Organization', 'ACME Corporation')).toBe(familyOf('default', 'Organization', 'Acme'));
    expect(familyOf('a', 'Person', 'Smith')).not.toBe(familyOf('b', 'Person', 'Smith'));
    expect(familyOf('default', 'Date', '2026-11-01')).toBeNull();
    expect(familyOf('default', 'Organization', 'x'.repeat(5000))).toHaveLength(200);
  });
});
