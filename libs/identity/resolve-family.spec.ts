import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { canonicalName, familyDocumentsMax, familyOf, resolveFamily, type FamilyMember } from './index.js';

/** What documents write: the name, and by document what stands beside it. */
function member(type: string, written: string, documents: Readonly<Record<string, readonly string[]>>): FamilyMember {
  const name = canonicalName(type, written);
  const beside = Object.entries(documents).map(([document, families]) => [document, new Set(families)] as const);
  return { uuid: `uuid of ${name}`, type, name, documents: new Map(beside), claims: new Map() };
}

/** The same, and a document that writes it claims that it is one with a name of another document. */
function claiming(
  one: FamilyMember,
  by: string,
  said: { readonly isShort: boolean; readonly other: string; readonly in: string },
): FamilyMember {
  const { isShort, other, in: otherIngestionId } = said;
  const claim = { isShort, otherUuid: `uuid of ${other}`, otherIngestionId };
  return { ...one, claims: new Map([...one.claims, [by, [...(one.claims.get(by) ?? []), claim]]]) };
}

/** That the name which the first document writes stands for one that the other writes. */
function means(short: FamilyMember, by: string, other: string, writtenIn: string): FamilyMember {
  return claiming(short, by, { isShort: true, other, in: writtenIn });
}

/** That a name which the other document writes stands for the one that the first writes. */
function isMeant(long: FamilyMember, by: string, other: string, writtenIn: string): FamilyMember {
  return claiming(long, by, { isShort: false, other, in: writtenIn });
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

  it('are one whatever office or degree a document writes after them', () => {
    const john = person('John Smith', { b: ['acme'] });

    expect(resolved(person('J. Smith, CEO', { a: ['acme'] }), john)).toEqual({ 'J. Smith': 'John Smith' });
    expect(person('John Smith, PhD', { a: [] }).uuid).toBe(john.uuid);
    expect(person('John Smith Jr.', { a: [] }).uuid).not.toBe(john.uuid);
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

describe('names that documents claim to be one', () => {
  const [john, jane] = [person('John Smith', { b: [] }), person('Jane Smith', { c: [] })];
  const short = person('J. Smith', { a: [] });

  it('are, where rules leave them apart, whichever of the two documents says so', () => {
    expect(resolved(short, john)).toEqual({});
    expect(resolved(means(short, 'a', 'John Smith', 'b'), john)).toEqual({ 'J. Smith': 'John Smith' });
    expect(resolved(short, isMeant(john, 'b', 'J. Smith', 'a'))).toEqual({ 'J. Smith': 'John Smith' });
  });

  it('are the one that is named, where several would fit', () => {
    expect(resolved(means(short, 'a', 'John Smith', 'b'), john, jane)).toEqual({ 'J. Smith': 'John Smith' });
    expect(resolved(means(short, 'a', 'Jane Smith', 'c'), john, jane)).toEqual({ 'J. Smith': 'Jane Smith' });
  });

  it('may differ as no rule would join them', () => {
    const [doctor, robert] = [person('Dr. Jane Doe', { a: [] }), person('Robert Miller', { b: [] })];

    expect(resolved(means(doctor, 'a', 'Jane Doe', 'b'), person('Jane Doe', { b: [] }))).toEqual({
      'Dr. Jane Doe': 'Jane Doe',
    });
    expect(resolved(means(person('Rob Miller', { a: [] }), 'a', 'Robert Miller', 'b'), robert)).toEqual({
      'Rob Miller': 'Robert Miller',
    });
    const surname = person('Smith', { a: ['acme'] });
    expect(resolved(means(surname, 'a', 'John Smith', 'b'), person('John Smith', { b: ['acme'] }))).toEqual({
      Smith: 'John Smith',
    });
  });

  it('are several again when one of the two documents is not live, or another version of it is', () => {
    const claimed = means(short, 'a', 'John Smith', 'b');

    expect(resolved(claimed)).toEqual({});
    expect(resolved(claimed, person('John Smith', { 'b, second version': [] }))).toEqual({});
    expect(resolved(claimed, person('John Smith', { d: [] }), jane)).toEqual({});
  });

  it('stay apart while one document that writes the short name does not say who that is', () => {
    const written = person('J. Smith', { a: [], d: [] });
    const first = means(written, 'a', 'John Smith', 'b');

    expect(resolved(first, john)).toEqual({});
    expect(resolved(means(first, 'd', 'John Smith', 'b'), john)).toEqual({ 'J. Smith': 'John Smith' });
    expect(resolved(first, person('John Smith', { b: [], d: [] }))).toEqual({ 'J. Smith': 'John Smith' });
    // By rules document d says so only while nobody else fits.
    expect(resolved(first, person('John Smith', { b: [], d: [] }), jane)).toEqual({});
  });

  it('stay apart where claims contradict each other', () => {
    const torn = means(means(short, 'a', 'John Smith', 'b'), 'a', 'Jane Smith', 'c');

    expect(resolved(torn, john, jane)).toEqual({});
    expect(resolved(means(short, 'a', 'John Smith', 'b'), john, isMeant(jane, 'c', 'J. Smith', 'a'))).toEqual({});
  });

  it('do not overrule what rules decide', () => {
    const known = person('J. Smith', { a: ['acme'] });
    const smiths = [person('John Smith', { b: ['acme'] }), person('Rob Smith', { c: [] })];

    expect(resolved(known, ...smiths)).toEqual({ 'J. Smith': 'John Smith' });
    expect(resolved(means(known, 'a', 'Rob Smith', 'c'), ...smiths)).toEqual({ 'J. Smith': 'John Smith' });
  });

  it('meet in the longest, and what stands for it helps to know it', () => {
    const doctor = means(person('Dr. Jane Doe', { a: ['acme'] }), 'a', 'Jane Doe', 'b');
    const known = person('Jane Doe', { b: ['bolt'] });
    const longest = person('Jane Ann Doe', { c: ['acme', 'bolt'] });

    expect(resolved(doctor, known, longest)).toEqual({ 'Dr. Jane Doe': 'Jane Ann Doe', 'Jane Doe': 'Jane Ann Doe' });
    expect(resolved(person('J. Doe', { d: ['acme'] }), doctor, known)).toEqual({
      'J. Doe': 'Jane Doe',
      'Dr. Jane Doe': 'Jane Doe',
    });
  });

  it('are no more than one thing when claims lead in a circle, or to names of other families', () => {
    const [rob, robert] = [person('Rob Miller', { a: [] }), person('Robert Miller', { b: [] })];

    expect(resolved(means(rob, 'a', 'Robert Miller', 'b'), means(robert, 'b', 'Rob Miller', 'a'))).toEqual({
      'Robert Miller': 'Rob Miller',
    });
    expect(resolved(means(rob, 'a', 'Rob Miller', 'a'))).toEqual({});
    expect(resolved(means(rob, 'a', 'IBM', 'b'), robert)).toEqual({});
  });

  it('are the same in whatever order they come, and no alias stands for an alias', () => {
    const names = ['Smith', 'J. Smith', 'Jo Smith', 'Dr. John Smith', 'John Smith', 'Jane Smith', 'John A. Smith'];
    const documents = ['a', 'b', 'c', 'd'];
    const members = fc
      .array(fc.record({ name: fc.constantFrom(...names), document: fc.constantFrom(...documents) }), { minLength: 2 })
      .map((written) =>
        [...Map.groupBy(written, ({ name }) => name)].map(([name, own]) =>
          person(name, Object.fromEntries(own.map(({ document }) => [document, []]))),
        ),
      );
    const claims = fc.array(
      fc.record({
        ...{ name: fc.constantFrom(...names), other: fc.constantFrom(...names), isShort: fc.boolean() },
        ...{ by: fc.constantFrom(...documents), in: fc.constantFrom(...documents) },
      }),
    );

    fc.assert(
      fc.property(members, claims, fc.infiniteStream(fc.nat()), (written, said, order) => {
        const claimed = written.map((one) =>
          said
            .filter(({ name, by }) => one.name === name && one.documents.has(by))
            .reduce((sum, claim) => claiming(sum, claim.by, claim), one),
        );
        const links = resolveFamily(claimed);
        const aliases = new Set(links.map(({ uuid }) => uuid));
        const shuffled = claimed
          .map((one) => ({ one, at: Number(order.next().value) }))
          .toSorted((x, y) => x.at - y.at)
          .map(({ one }) => ({ ...one, claims: new Map([...one.claims].reverse()) }));

        expect(resolveFamily(shuffled)).toEqual(links);
        expect(links.filter(({ standsFor }) => aliases.has(standsFor))).toEqual([]);
      }),
      { numRuns: 50 },
    );
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
