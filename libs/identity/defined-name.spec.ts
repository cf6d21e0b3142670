import { describe, expect, it } from '@jest/globals';

import { acronymClaims, claimTexts, familyDocumentsMax, familyOf, isDefined, resolveFamilies } from './index.js';
import type { WrittenName } from './index.js';

/** A document that names organizations, and what it says of the first one, which is an acronym. */
function document(
  ingestionId: string,
  names: readonly string[],
  says: 'nothing' | 'defines' | 'may mean' = 'nothing',
): WrittenName[] {
  const uuidOf = (name: string): string => `uuid-of-${name.replaceAll(' ', '-')}`;
  const [acronym = '', ...longs] = names;
  const said = { uuid: uuidOf(acronym), longs: longs.map(uuidOf), isDefined: says === 'defines' };
  const claims = says === 'nothing' ? [] : acronymClaims(ingestionId, [said]);
  return names.map((name) => ({
    ...{ family: familyOf('default', 'Organization', name) ?? '', uuid: uuidOf(name), type: 'Organization', name },
    ...{ ingestionId, companions: [], claims: claimTexts(claims, uuidOf(name)) },
  }));
}

/** Each name that is another one, with that one. */
function resolved(...documents: readonly WrittenName[][]): Record<string, string> {
  const named = (uuid: string): string => uuid.replace('uuid-of-', '').replaceAll('-', ' ');
  const links = resolveFamilies(documents.flat());
  expect(resolveFamilies(documents.toReversed().flat())).toEqual(expect.arrayContaining(links));
  return Object.fromEntries(links.map(({ uuid, standsFor }) => [named(uuid), named(standsFor)]));
}

const [long, other] = ['World Health Organization', 'Wildlife Hospital Oxford'];
const defining = document('a', ['WHO', long], 'defines');

describe('an acronym', () => {
  it('is the longer name that a document defines it for, wherever it stands and however it is written', () => {
    expect(resolved(defining, document('b', ['WHO']), document('c', ['W.H.O.']))).toEqual({
      ...{ WHO: long, 'W.H.O.': long },
    });
  });

  it('is so even while nobody has read what else the family of the longer name writes', () => {
    expect(resolved(defining.slice(0, 1), document('b', ['WHO']))).toEqual({ WHO: long });
  });

  it.each([
    ['nobody defines it', document('a', ['WHO', long], 'may mean'), document('b', ['WHO'])],
    ['another document defines it for another name', defining, document('b', ['WHO', other], 'defines')],
    ['another document has another name that fits', defining, document('b', ['WHO', other], 'may mean')],
    ['the same document has', defining, document('a', ['WHO', other], 'may mean')],
  ])('stays apart if %s', (_, ...documents) => {
    expect(resolved(...documents)).toEqual({});
  });

  it('is defined by a document that elsewhere writes both and says nothing', () => {
    expect(resolved(defining, document('a', ['WHO', long], 'may mean'))).toEqual({ WHO: long });
  });

  it('stays what it is where it is a word, or a company of that name', () => {
    expect(resolved(defining, document('b', ['Who']))).toEqual({ WHO: 'Who' });
    expect(resolved(defining, document('b', ['WHO', 'WHO Ltd.']))).toEqual({});
    expect(resolved(defining, document('b', ['IT']), document('c', ['US']))).toEqual({ WHO: long });
  });

  it('is what the longer name stands for, and one where several are spellings of one', () => {
    const [loud, quiet] = ['WORLD HEALTH ORGANIZATION', document('b', ['WHO', long], 'defines')];

    expect(resolved(document('a', ['WHO', loud], 'defines'), quiet)).toEqual({ WHO: long, [loud]: long });
  });

  it('stays apart once more documents write it than are joined', () => {
    const many = Array.from({ length: familyDocumentsMax }, (_, at) => document(`b${at}`, ['WHO']));

    expect(resolved(defining, ...many.slice(1))).toEqual({ WHO: long });
    expect(resolved(defining, ...many)).toEqual({});
  });

  it('stands for no other acronym, whatever is claimed', () => {
    const [one, two] = [document('a', ['WHO', 'FAO'], 'defines'), document('b', ['FAO', 'WHO'], 'defines')];

    expect(resolved(one, two)).toEqual({});
  });

  it('is known as defined by the document that says so', () => {
    expect([...defining, ...document('b', ['WHO', long], 'may mean')].map(isDefined)).toEqual([
      ...[true, false],
      ...[false, false],
    ]);
  });
});
