import { describe, expect, it } from '@jest/globals';

import { anIngestion } from '../../../test/builders/index.js';
import type { Steps } from './harness.contract.js';

/** However parts arrive, what becomes live is the ingestion. */
export function partsContract(steps: Steps, freshNamespace: () => string): void {
  const outcomes = (length: number): string[] => Array.from({ length }, () => 'pending');

  describe('writePending', () => {
    it('takes the same part twice in one batch', async () => {
      const namespace = freshNamespace();
      const parts = anIngestion({ namespace }).withParts(2).withEntities(['Ada', 'Grace']).withFacts().build();

      expect(await steps.write(...parts, ...parts)).toEqual(outcomes(4));
      await steps.promote(parts);

      await steps.expectLive(namespace, parts);
    });

    it('takes the same parts again in a later batch', async () => {
      const namespace = freshNamespace();
      const parts = anIngestion({ namespace }).withParts(2).withEntities(['Ada', 'Grace']).withFacts().build();
      await steps.write(...parts);
      const before = await steps.everything();

      expect(await steps.write(...parts)).toEqual(outcomes(2));

      expect(await steps.everything()).toEqual(before);
      await steps.promote(parts);
      await steps.expectLive(namespace, parts);
    });

    it('takes parts in any order and over several batches', async () => {
      const namespace = freshNamespace();
      const parts = anIngestion({ namespace }).withParts(4).withEntities(['Ada', 'Grace', 'Linus']).withFacts().build();
      await steps.write(...parts.slice(2).reverse());
      await steps.write(...parts.slice(0, 2).reverse());

      await steps.promote(parts);

      await steps.expectLive(namespace, parts);
    });

    it('takes several documents in one batch, their parts interleaved', async () => {
      const namespace = freshNamespace();
      const a = anIngestion({ namespace, documentId: 'a' }).withParts(2).withEntities(['Ada', 'Grace']).build();
      const b = anIngestion({ namespace, documentId: 'b' }).withParts(2).withEntities(['Grace', 'Ada']).build();
      const interleaved = a.flatMap((part, index) => [part, ...b.slice(index, index + 1)]);

      expect(await steps.write(...interleaved)).toEqual(outcomes(4));
      await steps.promote(a, b);

      await steps.expectLive(namespace, a, b);
    });

    it('answers for each part in order when a tombstone refuses some', async () => {
      const namespace = freshNamespace();
      const good = anIngestion({ namespace, documentId: 'good' }).withParts(2).build();
      const undone = anIngestion({ namespace, documentId: 'undone' }).build();
      await steps.compensate(undone);

      const batch = [...good.slice(0, 1), ...undone, ...good.slice(1)];

      expect(await steps.write(...batch)).toEqual(['pending', 'compensated', 'pending']);
      await steps.promote(good);
      await steps.expectLive(namespace, good);
    });

    it('takes nothing at all', async () => {
      expect(await steps.write()).toEqual([]);
      expect(await steps.promote()).toEqual([]);
      expect(await steps.compensate()).toEqual([]);
      expect(await steps.retract()).toEqual([]);
      expect(await steps.states()).toEqual([]);
    });

    it('takes a document of a thousand chunks', async () => {
      const namespace = freshNamespace();
      const names = Array.from({ length: 100 }, (_, index) => `Person ${index}`);
      const parts = anIngestion({ namespace }).withParts(16).withChunks(1000).withEntities(names).withFacts().build();
      await steps.write(...parts);

      await steps.promote(parts);

      await steps.expectLive(namespace, parts);
    });

    it('takes a document without entities, and a record', async () => {
      const namespace = freshNamespace();
      const plain = anIngestion({ namespace, documentId: 'plain' }).build();
      const record = anIngestion({ namespace, documentId: 'record' }).withRecord('{"price":{"amount":12.5}}').build();

      await steps.makeLive(plain, record);

      await steps.expectLive(namespace, plain, record);
    });

    it('has no memory of what it never saw', async () => {
      expect(await steps.states(anIngestion({ namespace: freshNamespace() }).build())).toEqual([undefined]);
    });
  });
}
