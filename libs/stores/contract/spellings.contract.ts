import { describe, expect, it } from '@jest/globals';

import { entityUuid, factUuid } from '#events';

import { anIngestion, ref } from '../../../test/builders/index.js';
import type { Parts, Steps } from './harness.contract.js';

interface Passage {
  readonly people: readonly string[];
  readonly company?: string;
}

/**
 * A document of one passage a part, in which these names stand, each person of it with the office CEO_OF the company.
 */
export function naming(namespace: string, documentId: string, submittedAt: number, ...passages: Passage[]): Parts {
  return passages.flatMap(({ people, company }, index) => {
    const companies = company === undefined ? [] : [company];
    const [part] = anIngestion({ namespace, documentId })
      .withChunks(1)
      .withEntities(people)
      .withEntities(companies, 'Organization')
      .build();
    if (!part) throw new RangeError('an ingestion has a part');
    const facts = people.flatMap((person) => companies.map((target) => leads(namespace, person, target, index)));
    const chunks = part.chunks.map((chunk) => ({
      ...chunk,
      seq: index,
      chunkId: `${chunk.chunkId.slice(0, -1)}${index}`,
    }));
    const mentions = part.mentions.map((mention) => ({ ...mention, seq: index }));
    const place = { part: index + 1, parts: passages.length, chunkCount: passages.length };
    return [{ ...part, ...place, chunks, mentions, facts, submittedAt, document: index === 0 ? part.document : null }];
  });
}

function leads(namespace: string, person: string, company: string, seq: number): Parts[number]['facts'][number] {
  const ends = {
    sourceUuid: entityUuid(namespace, 'Person', person),
    targetUuid: entityUuid(namespace, 'Organization', company),
  };
  const fact = `${person} leads ${company}.`;
  const uuid = factUuid(namespace, ends.sourceUuid, 'CEO_OF', ends.targetUuid, fact);
  return { uuid, ...ends, relation: 'CEO_OF', fact, seq, evidence: person, validAt: null, invalidAt: null };
}

interface Claimed {
  readonly person: string;
  readonly other: string;
  readonly of: Parts;
  readonly isShort: boolean;
}

/** The same document, which claims that a person of it is one of another document. */
export function claiming(parts: Parts, { person, other, of, isShort }: Claimed): Parts {
  const [first] = parts;
  if (first === undefined) throw new RangeError('an ingestion has a part');
  const uuidOf = (name: string): string => entityUuid(first.namespace, 'Person', name);
  const claim = { entityUuid: uuidOf(person), otherUuid: uuidOf(other), isShort };
  return parts.map((part) => ({ ...part, claims: [{ ...claim, otherIngestionId: ref(of).ingestionId }] }));
}

const [may, june] = [1_777_593_600_000, 1_780_272_000_000];

/** One thing under several spellings is one entity for as long as what says so is live. */
export function spellingsContract(steps: Steps, freshNamespace: () => string): void {
  const expectNames = async (namespace: string, ...names: string[]): Promise<void> => {
    const found = await steps.names(namespace);
    if (found !== undefined) expect(found).toEqual(names.toSorted());
  };

  describe('names that are spelled in several ways', () => {
    it('are one entity across documents, and several again when the document goes that joined them', async () => {
      const namespace = freshNamespace();
      const known = naming(namespace, 'known', may, { people: ['John Smith'], company: 'ACME Corporation' });
      await steps.makeLive(known);
      const before = await steps.everything();
      const other = naming(namespace, 'other', june, { people: ['J. Smith'], company: 'Acme Corporation' });

      await steps.makeLive(other);
      await expectNames(namespace, 'John Smith', 'ACME Corporation');
      await steps.expectLive(namespace, known, other);

      await steps.retract(other);
      await expectNames(namespace, 'John Smith', 'ACME Corporation');
      expect(await steps.everything()).toEqual(before);
    });

    it('are what they were when the document goes that has the longer name', async () => {
      const namespace = freshNamespace();
      const short = naming(namespace, 'short', may, { people: ['J. Smith'], company: 'ACME' });
      await steps.makeLive(short);
      const before = await steps.everything();
      const long = naming(namespace, 'long', june, { people: ['John Smith'], company: 'ACME Corporation' });

      await steps.makeLive(long);
      await expectNames(namespace, 'John Smith', 'ACME Corporation');

      await steps.retract(long);
      await expectNames(namespace, 'J. Smith', 'ACME');
      expect(await steps.everything()).toEqual(before);
    });

    it('are one entity across the parts of a document', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const parts = naming(namespace, 'parts', may, { people: ['Smith'] }, { people: ['John Smith'], company: 'ACME' });

      await steps.makeLive(parts);
      await expectNames(namespace, 'John Smith', 'ACME');

      await steps.retract(parts);
      await expectNames(namespace);
      expect(await steps.everything()).toEqual(before);
    });

    it('part again when a document makes them doubtful, and meet again when that one goes', async () => {
      const namespace = freshNamespace();
      const john = naming(namespace, 'john', may, { people: ['John Smith'], company: 'ACME' });
      const short = naming(namespace, 'short', may, { people: ['J. Smith'], company: 'ACME' });
      await steps.makeLive(john, short);
      await expectNames(namespace, 'John Smith', 'ACME');
      const before = await steps.everything();
      const jane = naming(namespace, 'jane', june, { people: ['Jane Smith'], company: 'Globex' });

      await steps.makeLive(jane);
      await expectNames(namespace, 'John Smith', 'J. Smith', 'Jane Smith', 'ACME', 'Globex');

      await steps.retract(jane);
      await expectNames(namespace, 'John Smith', 'ACME');
      expect(await steps.everything()).toEqual(before);
    });

    it('are joined by nothing that is pending or was rolled back', async () => {
      const namespace = freshNamespace();
      await steps.makeLive(naming(namespace, 'short', may, { people: ['J. Smith'], company: 'ACME' }));
      const before = await steps.everything();
      const failed = naming(namespace, 'failed', june, { people: ['John Smith'], company: 'ACME' });

      await steps.write(...failed);
      await expectNames(namespace, 'J. Smith', 'ACME');
      await steps.compensate(failed);

      await expectNames(namespace, 'J. Smith', 'ACME');
      expect(await steps.everything()).toEqual(before);
    });

    it('are the same whichever document comes first, and when several come at once', async () => {
      const [first, second] = [freshNamespace(), freshNamespace()];
      const of = (namespace: string): Parts[] => [
        naming(namespace, 'a', may, { people: ['J. Smith'], company: 'ACME' }),
        naming(namespace, 'b', june, { people: ['John Smith'], company: 'ACME Corporation' }),
        naming(namespace, 'c', june, { people: ['J. A. Smith'], company: 'Globex' }),
      ];

      await steps.makeLive(...of(first));
      await steps.write(...of(second).flat());
      await Promise.all(
        of(second)
          .toReversed()
          .map((one) => steps.promote(one)),
      );

      await expectNames(first, 'J. A. Smith', 'J. Smith', 'John Smith', 'ACME Corporation', 'Globex');
      await expectNames(second, 'J. A. Smith', 'J. Smith', 'John Smith', 'ACME Corporation', 'Globex');
    });

    it('follow an update that spells them otherwise', async () => {
      const namespace = freshNamespace();
      const long = naming(namespace, 'long', may, { people: ['John Smith'], company: 'ACME' });
      const old = naming(namespace, 'changed', may, { people: ['J. Smith'], company: 'ACME' });
      await steps.makeLive(long, old);
      await expectNames(namespace, 'John Smith', 'ACME');
      const update = anIngestion({ namespace, documentId: 'changed', version: 2 }).withEntities(['J. Smith']).build();

      await steps.makeLive(update);

      await expectNames(namespace, 'John Smith', 'J. Smith', 'ACME');
    });

    it('are one entity where a document claims so, and several again when it goes', async () => {
      const namespace = freshNamespace();
      const john = naming(namespace, 'john', may, { people: ['John Smith'] });
      const jane = naming(namespace, 'jane', may, { people: ['Jane Smith'] });
      await steps.makeLive(john, jane);
      const before = await steps.everything();
      const written = naming(namespace, 'short', june, { people: ['J. Smith'], company: 'ACME' });
      const short = claiming(written, { person: 'J. Smith', other: 'Jane Smith', of: jane, isShort: true });

      await steps.write(...short);
      await expectNames(namespace, 'Jane Smith', 'John Smith');
      await steps.promote(short);
      await expectNames(namespace, 'Jane Smith', 'John Smith', 'ACME');
      await steps.expectLive(namespace, john, jane, short);

      await steps.retract(short);
      await expectNames(namespace, 'Jane Smith', 'John Smith');
      expect(await steps.everything()).toEqual(before);
    });

    it('are several again when the document goes that a claim is about, and never one before it is live', async () => {
      const namespace = freshNamespace();
      const known = naming(namespace, 'known', may, { people: ['Rob Miller'] });
      const about = naming(namespace, 'about', june, { people: ['Robert Miller'] });
      await steps.makeLive(claiming(known, { person: 'Rob Miller', other: 'Robert Miller', of: about, isShort: true }));
      const before = await steps.everything();

      await steps.write(...about);
      await expectNames(namespace, 'Rob Miller');
      await steps.promote(about);
      await expectNames(namespace, 'Robert Miller');

      await steps.retract(about);
      await expectNames(namespace, 'Rob Miller');
      expect(await steps.everything()).toEqual(before);
    });

    it('are left as they are by a claim that is rolled back, and by one about a version that is replaced', async () => {
      const namespace = freshNamespace();
      const known = naming(namespace, 'known', may, { people: ['J. Smith'] });
      await steps.makeLive(known);
      const before = await steps.everything();
      const claim = { person: 'John Smith', other: 'J. Smith', of: known, isShort: false };
      const failed = claiming(naming(namespace, 'failed', june, { people: ['John Smith'] }), claim);

      await steps.write(...failed);
      await steps.compensate(failed);
      expect(await steps.everything()).toEqual(before);

      await steps.makeLive(claiming(naming(namespace, 'long', june, { people: ['John Smith'] }), claim));
      await expectNames(namespace, 'John Smith');
      const update = anIngestion({ namespace, documentId: 'known', version: 2 }).withEntities(['J. Smith']).build();
      await steps.makeLive(update);
      await expectNames(namespace, 'J. Smith', 'John Smith');
    });
  });
}
