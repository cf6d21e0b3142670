import { describe, expect, it } from '@jest/globals';

import { anIngestion, ref } from '../../../test/builders/index.js';
import type { Parts, Steps } from './harness.contract.js';

const refusal = { kind: 'permanent', reason: 'ingestion-id-taken' };

function version(namespace: string, documentId: string, ingestionId?: string): Parts {
  const builder = anIngestion({ namespace, documentId, ...(ingestionId === undefined ? {} : { ingestionId }) });
  return builder.withParts(2).withEntities(['Ada', 'Grace']).withFacts().build();
}

/** The owner of an ingestionId, and another document that uses it too. */
function ownerAndThief(namespace: string): [owner: Parts, thief: Parts] {
  const owner = version(namespace, 'owner');
  return [owner, version(namespace, 'thief', ref(owner).ingestionId)];
}

/** An ingestionId belongs to the document that used it first, and nobody reaches its data by another one. */
export function ownershipContract(steps: Steps, freshNamespace: () => string): void {
  describe('an ingestionId of another document', () => {
    it('is refused for good, whether the owner is pending, live or in the same batch', async () => {
      const namespace = freshNamespace();
      const [owner, thief] = ownerAndThief(namespace);
      await steps.write(...owner);

      await expect(steps.write(...thief)).rejects.toMatchObject(refusal);
      await steps.promote(owner);
      await expect(steps.write(...thief)).rejects.toMatchObject(refusal);
      await expect(steps.write(...owner, ...thief)).rejects.toMatchObject(refusal);

      await steps.expectLive(namespace, owner);
    });

    it.each(['pending', 'live'] as const)(
      'is a tombstone to every other verb, and its %s owner stays',
      async (state) => {
        const namespace = freshNamespace();
        const [owner, thief] = ownerAndThief(namespace);
        await (state === 'live' ? steps.makeLive(owner) : steps.write(...owner));
        const before = await steps.everything();

        expect(await steps.states(thief)).toEqual(['compensated']);
        expect(await steps.compensate(thief)).toMatchObject([{ state: 'compensated', removed: { chunks: 0 } }]);
        expect(await steps.promote(thief)).toEqual([{ state: 'compensated', replaced: [] }]);
        expect(await steps.retract(thief)).toEqual([[]]);

        expect(await steps.states(owner)).toEqual([state]);
        expect(await steps.everything()).toEqual(before);
        if (state === 'pending') await steps.promote(owner);
        await steps.expectLive(namespace, owner);
      },
    );

    it('stays refused when its owner was compensated before anything was written', async () => {
      const [owner, thief] = ownerAndThief(freshNamespace());
      await steps.compensate(owner);

      await expect(steps.write(...thief)).rejects.toMatchObject(refusal);
    });

    it('goes to one of two documents that use it at the same time, and never to both', async () => {
      const namespace = freshNamespace();
      const [owner, thief] = ownerAndThief(namespace);

      const ends = await Promise.allSettled([steps.write(...owner), steps.write(...thief)]);

      const kept = [owner, thief].filter((_, index) => ends[index]?.status === 'fulfilled');
      expect(kept).toHaveLength(1);
      await steps.promote(...kept);
      await steps.expectLive(namespace, ...kept);
    });
  });
}
