import { describe, expect, it } from '@jest/globals';

import { anIngestion, ref } from '../../../test/builders/index.js';
import type { Parts, Steps } from './harness.contract.js';

function version(namespace: string, number: number): Parts {
  return anIngestion({ namespace, version: number })
    .withEntities(['Ada', `Only ${number}`])
    .withFacts()
    .build();
}

/** A retracted document is gone, stays gone, and may be created anew. */
export function retractionContract(steps: Steps, freshNamespace: () => string): void {
  describe('retract', () => {
    it('removes the live version and the pending ones up to the given version', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const [v1, v2] = [version(namespace, 1), version(namespace, 2)];
      await steps.makeLive(v1);
      await steps.write(...v2);

      const [removed] = await steps.retract(v2);

      expect(removed).toEqual([ref(v1).ingestionId, ref(v2).ingestionId].sort());
      await steps.expectLive(namespace);
      expect(await steps.everything()).toEqual(before);
      expect(await steps.states(v1, v2)).toEqual(['retracted', 'retracted']);
    });

    it('refuses late writes and promotions of what it removed', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const [v1, v2] = [version(namespace, 1), version(namespace, 2)];
      await steps.makeLive(v1);
      await steps.retract(v2);

      expect(await steps.write(...v1, ...v2)).toEqual(['retracted', 'retracted']);
      expect((await steps.promote(v1, v2)).map(({ state }) => state)).toEqual(['retracted', 'retracted']);
      await steps.expectLive(namespace);
      expect(await steps.everything()).toEqual(before);
    });

    it('lets a higher version create the document anew', async () => {
      const namespace = freshNamespace();
      const [v1, v3] = [version(namespace, 1), version(namespace, 3)];
      await steps.makeLive(v1);
      await steps.retract(v1);

      await steps.makeLive(v3);

      await steps.expectLive(namespace, v3);
    });

    it('removes nothing when it is run twice', async () => {
      const namespace = freshNamespace();
      const v1 = version(namespace, 1);
      await steps.makeLive(v1);
      await steps.retract(v1);

      expect(await steps.retract(v1)).toEqual([[]]);
      await steps.expectLive(namespace);
    });

    it('leaves a tombstone for a document it does not know', async () => {
      const namespace = freshNamespace();
      const [v1, v2, v3] = [version(namespace, 1), version(namespace, 2), version(namespace, 3)];

      expect(await steps.retract(v2)).toEqual([[]]);

      expect(await steps.states(v1, v2, v3)).toEqual(['retracted', 'retracted', undefined]);
      expect(await steps.write(...v1, ...v2)).toEqual(['retracted', 'retracted']);
      expect((await steps.promote(v1)).map(({ state }) => state)).toEqual(['retracted']);
      await steps.expectLive(namespace);
      await steps.makeLive(v3);
      await steps.expectLive(namespace, v3);
    });

    it('does not touch a version above the given one, live or pending', async () => {
      const namespace = freshNamespace();
      const [v1, v2, v3] = [version(namespace, 1), version(namespace, 2), version(namespace, 3)];
      await steps.makeLive(v2);
      await steps.write(...v3);
      const before = await steps.everything();

      expect(await steps.retract(v1)).toEqual([[]]);

      expect(await steps.everything()).toEqual(before);
      await steps.expectLive(namespace, v2);
      expect(await steps.states(v2, v3)).toEqual(['live', 'pending']);
    });

    it('remembers the highest of several retractions', async () => {
      const namespace = freshNamespace();
      const [v1, v2] = [version(namespace, 1), version(namespace, 2)];
      await steps.retract(v2);
      await steps.retract(v1);

      expect(await steps.write(...v2)).toEqual(['retracted']);
    });

    it('keeps a compensated ingestion compensated', async () => {
      const namespace = freshNamespace();
      const v1 = version(namespace, 1);
      await steps.compensate(v1);

      expect(await steps.retract(v1)).toEqual([[]]);
      expect(await steps.states(v1)).toEqual(['compensated']);
    });
  });
}
