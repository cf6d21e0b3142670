import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v5, validate, version } from 'uuid';

import { documentKey, documentRefProblem, parseDocumentKey } from './document-key.js';
import { derivedUuidV7, deterministicId, entityUuid } from './event-ids.js';

describe('identifiers', () => {
  it('are the same for the same thing and differ for different things', () => {
    expect(entityUuid('a', 'Person', 'Ada')).toBe(entityUuid('a', 'Person', 'Ada'));
    expect(entityUuid('a', 'Person', 'Ada')).not.toBe(entityUuid('b', 'Person', 'Ada'));
  });

  it('are UUIDv5 in the namespace of Penstock, and of whole characters only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (part) => {
        const name = `1:x|${part.length}:${part}`;

        expect(deterministicId('x', part)).toBe(v5(name, '6f0d2c5e-2b1f-5c1a-9a57-8f2d9d1f4c3e'));
      }),
    );
    expect(() => deterministicId('x', '\ud83d')).toThrow(URIError);
  });

  it('do not run parts together', () => {
    expect(deterministicId('x', 'a', 'b|1:c')).not.toBe(deterministicId('x', 'a|5:b|1:c'));
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(deterministicId('x', ...a) === deterministicId('x', ...b)).toBe(same);
      }),
    );
  });

  it('derive a UUIDv7 that carries its time and depends on nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 47 }), fc.string(), (time, seed) => {
        const id = derivedUuidV7(time, seed);

        expect(validate(id) && version(id)).toBe(7);
        expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(time);
        expect(derivedUuidV7(time, seed)).toBe(id);
      }),
    );
  });
});

describe('document keys', () => {
  it('come back as they were, slashes and all', () => {
    const ref = { namespace: 'team-a', documentId: 'a/b "c" 🙂' };

    expect(parseDocumentKey(documentKey(ref))).toEqual(ref);
  });

  it.each([
    ['an upper-case namespace', { namespace: 'Team', documentId: 'a' }],
    ['an empty documentId', { namespace: 'a', documentId: '' }],
    ['a line break', { namespace: 'a', documentId: 'a\nb' }],
    ['513 bytes', { namespace: 'a', documentId: 'é'.repeat(257) }],
    ['half a surrogate pair', { namespace: 'a', documentId: '\ud800' }],
  ])('refuse %s', (_name, ref) => {
    expect(documentRefProblem(ref)).toBeDefined();
  });
});
