import { describe, expect, it } from '@jest/globals';

import { anIngestion } from '../../../test/builders/index.js';
import type { Parts, Steps } from './harness.contract.js';

function speaking(namespace: string, documentId: string, names: readonly string[], version = 1): Parts {
  return anIngestion({ namespace, documentId, version }).withParts(2).withEntities(names).withFacts().build();
}

/** Entities and facts are derived from what is live, so none is lost with a neighbour and none outlives its last. */
export function sharedEntitiesContract(steps: Steps, freshNamespace: () => string): void {
  describe('entities shared by documents', () => {
    it('survive the removal of one of two documents and vanish with the last', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const first = speaking(namespace, 'first', ['Ada', 'Grace', 'First only']);
      const second = speaking(namespace, 'second', ['Ada', 'Grace', 'Second only']);
      await steps.makeLive(first, second);
      await steps.expectLive(namespace, first, second);

      await steps.retract(first);
      await steps.expectLive(namespace, second);

      await steps.retract(second);
      await steps.expectLive(namespace);
      expect(await steps.everything()).toEqual(before);
    });

    it('are not hidden or removed by the compensation of a document that also speaks of them', async () => {
      const namespace = freshNamespace();
      const live = speaking(namespace, 'live', ['Ada', 'Grace']);
      await steps.makeLive(live);
      const before = await steps.everything();
      const failed = speaking(namespace, 'failed', ['Ada', 'Grace', 'Failed only']);
      await steps.write(...failed);
      await steps.expectLive(namespace, live);

      await steps.compensate(failed);

      await steps.expectLive(namespace, live);
      expect(await steps.everything()).toEqual(before);
    });

    it('stay when an update no longer speaks of them but another document does', async () => {
      const namespace = freshNamespace();
      const other = speaking(namespace, 'other', ['Ada', 'Grace']);
      const changed = speaking(namespace, 'changed', ['Ada', 'Grace', 'Gone']);
      await steps.makeLive(other, changed);

      const update = speaking(namespace, 'changed', ['Linus'], 2);
      await steps.makeLive(update);

      await steps.expectLive(namespace, other, update);
    });

    it('become visible only with the document that is promoted', async () => {
      const namespace = freshNamespace();
      const pending = speaking(namespace, 'pending', ['Ada', 'Grace']);
      const live = speaking(namespace, 'live', ['Ada', 'Linus']);
      await steps.write(...pending, ...live);

      await steps.promote(live);

      await steps.expectLive(namespace, live);
      await steps.promote(pending);
      await steps.expectLive(namespace, live, pending);
    });
  });
}
