import { describe, expect, it } from '@jest/globals';

import { entityUuid } from '#events';
import { acronymClaims } from '#identity';

import { anIngestion } from '../../../test/builders/index.js';
import type { Parts, Steps } from './harness.contract.js';

interface Said {
  readonly documentId: string;
  readonly companies: readonly string[];
  /** Of which of the companies the acronym is one. */
  readonly who?: string;
  /** Whether the document defines it, or does no more than write both. */
  readonly isDefined?: boolean;
  readonly version?: number;
}

const may = 1_777_593_600_000;

/** A document of one passage that names companies, one of them WHO, and may say what that is. */
export function saying(namespace: string, { documentId, companies, who, isDefined = true, version = 1 }: Said): Parts {
  const uuidOf = (name: string): string => entityUuid(namespace, 'Organization', name);
  const acronyms = who === undefined ? [] : [{ uuid: uuidOf('WHO'), longs: [uuidOf(who)], isDefined }];
  const parts = anIngestion({ namespace, documentId, version }).withEntities(companies, 'Organization').build();
  return parts.map((part) => ({ ...part, claims: acronymClaims(part.ingestionId, acronyms), submittedAt: may }));
}

const long = 'World Health Organization';
const other = 'Wildlife Hospital Oxford';

/** An acronym is the longer name for as long as a live document defines it, and only one. */
export function acronymsContract(steps: Steps, freshNamespace: () => string): void {
  const expectNames = async (namespace: string, ...names: string[]): Promise<void> => {
    const found = await steps.names(namespace);
    if (found !== undefined) expect(found).toEqual(names.toSorted());
  };
  const defining = (namespace: string): Parts =>
    saying(namespace, { documentId: 'defining', companies: [long, 'WHO'], who: long });
  const using = (namespace: string): Parts => saying(namespace, { documentId: 'using', companies: ['WHO', 'Globex'] });

  describe('an acronym that a document defines', () => {
    it('is the longer name in that document, and leaves nothing behind with it', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const document = defining(namespace);

      await steps.write(...document);
      await expectNames(namespace);
      await steps.promote(document);
      await expectNames(namespace, long);
      await steps.expectLive(namespace, document);

      await steps.retract(document);
      await expectNames(namespace);
      expect(await steps.everything()).toEqual(before);
    });

    it('is that in another part of the document, which knows nothing but the acronym', async () => {
      const namespace = freshNamespace();
      const inParts = (...companies: string[]): Parts =>
        anIngestion({ namespace, documentId: 'defining' })
          .withParts(2)
          .withEntities(companies, 'Organization')
          .build()
          .map((part) => ({ ...part, submittedAt: may }));
      const [[head], [, rest]] = [inParts(long, 'WHO'), inParts('Globex', 'Initech', 'WHO')];
      if (head === undefined || rest === undefined) throw new RangeError('there are two parts');
      const { claims } = defining(namespace)[0] ?? head;
      const document = [{ ...head, claims }, rest];
      const before = await steps.everything();

      await steps.makeLive(document);
      await expectNames(namespace, long);
      await steps.expectLive(namespace, document);

      await steps.retract(document);
      expect(await steps.everything()).toEqual(before);
    });

    it('is that in a document that comes later, and again the acronym alone when the one goes that defines it', async () => {
      const namespace = freshNamespace();
      const [first, second] = [defining(namespace), using(namespace)];
      await steps.makeLive(first);
      const before = await steps.everything();

      await steps.makeLive(second);
      await expectNames(namespace, long, 'Globex');
      await steps.expectLive(namespace, first, second);

      await steps.retract(second);
      await expectNames(namespace, long);
      expect(await steps.everything()).toEqual(before);

      const again = saying(namespace, { documentId: 'again', companies: ['WHO', 'Globex'] });
      await steps.makeLive(again);
      await steps.retract(first);
      await expectNames(namespace, 'WHO', 'Globex');
      await steps.expectLive(namespace, again);
    });

    it('is that in a document that came before, which is as it was when the one goes that defines it', async () => {
      const namespace = freshNamespace();
      const document = using(namespace);
      await steps.makeLive(document);
      const before = await steps.everything();
      const first = defining(namespace);

      await steps.write(...first);
      await expectNames(namespace, 'WHO', 'Globex');
      await steps.promote(first);
      await expectNames(namespace, long, 'Globex');
      await steps.expectLive(namespace, document, first);

      await steps.retract(first);
      await expectNames(namespace, 'WHO', 'Globex');
      expect(await steps.everything()).toEqual(before);
    });

    it('is left as it is by a definition that is rolled back, and by one of a version that is replaced', async () => {
      const namespace = freshNamespace();
      const [document, failed] = [using(namespace), defining(namespace)];
      await steps.makeLive(document);
      const before = await steps.everything();

      await steps.write(...failed);
      await steps.compensate(failed);
      expect(await steps.everything()).toEqual(before);

      await steps.makeLive(saying(namespace, { documentId: 'said', companies: [long, 'WHO'], who: long }));
      await expectNames(namespace, long, 'Globex');
      await steps.makeLive(saying(namespace, { documentId: 'said', companies: [long], version: 2 }));
      await expectNames(namespace, long, 'WHO', 'Globex');
    });

    it('stays apart while another document has another longer name for it, defined or not', async () => {
      const namespace = freshNamespace();
      const [first, document] = [defining(namespace), using(namespace)];
      await steps.makeLive(first, document);
      const before = await steps.everything();

      for (const isDefined of [true, false]) {
        const doubtful = { documentId: `doubtful ${isDefined}`, companies: [other, 'WHO'], who: other, isDefined };
        const third = saying(namespace, doubtful);
        await steps.makeLive(third);
        await expectNames(namespace, long, other, 'WHO', 'Globex');
        await steps.expectLive(namespace, first, document, third);

        await steps.retract(third);
        await expectNames(namespace, long, 'Globex');
        expect(await steps.everything()).toEqual(before);
      }
    });

    it('stays apart where documents only write both names, and where it is a word or a company besides', async () => {
      const [open, word, company] = [freshNamespace(), freshNamespace(), freshNamespace()];

      await steps.makeLive(
        saying(open, { documentId: 'open', companies: [long, 'WHO'], who: long, isDefined: false }),
        ...[defining(word), saying(word, { documentId: 'word', companies: ['Who'] })],
        ...[defining(company), saying(company, { documentId: 'company', companies: ['WHO Ltd.'] })],
      );

      await expectNames(open, long, 'WHO');
      await expectNames(word, long, 'Who');
      await expectNames(company, long, 'WHO', 'WHO Ltd.');
    });

    it('follows the longer name to the spelling that this one stands for, and back', async () => {
      const namespace = freshNamespace();
      const [first, document] = [defining(namespace), using(namespace)];
      await steps.makeLive(first, document);
      const before = await steps.everything();
      const loud = saying(namespace, { documentId: 'loud', companies: ['Wörld Health Organization'] });

      await steps.makeLive(loud);
      await expectNames(namespace, 'Wörld Health Organization', 'Globex');
      await steps.expectLive(namespace, first, document, loud);

      await steps.retract(loud);
      await expectNames(namespace, long, 'Globex');
      expect(await steps.everything()).toEqual(before);
    });

    it('is the same when all documents come at once, and nothing when all go at once', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const documents = [
        defining(namespace),
        using(namespace),
        saying(namespace, { documentId: 'loud', companies: ['Wörld Health Organization'] }),
        saying(namespace, { documentId: 'too', companies: [long, 'WHO', 'Bolt'], who: long }),
      ];

      await steps.write(...documents.flat());
      await Promise.all(documents.map((one) => steps.promote(one)));
      await expectNames(namespace, 'Wörld Health Organization', 'Globex', 'Bolt');
      await steps.expectLive(namespace, ...documents);

      await Promise.all(documents.map((one) => steps.retract(one)));
      await expectNames(namespace);
      expect(await steps.everything()).toEqual(before);
    });
  });
}
