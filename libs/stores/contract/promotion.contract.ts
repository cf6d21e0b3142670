import { randomUUID } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { anIngestion, ref } from '../../../test/builders/index.js';
import type { Parts, Steps } from './harness.contract.js';

/** Three versions of one document, which share an entity. */
function versions(namespace: string, documentId = 'handbook'): [v1: Parts, v2: Parts, v3: Parts] {
  const build = (version: number): Parts => {
    const builder = anIngestion({ namespace, documentId, version }).withParts(2);
    return builder
      .withEntities(['Ada', `Grace ${version}`])
      .withFacts()
      .build();
  };
  return [build(1), build(2), build(3)];
}

/** Two ingestions of one version of a document, the one with the lesser id first. */
function twins(namespace: string): [lesser: Parts, greater: Parts] {
  const build = (): Parts => {
    const builder = anIngestion({ namespace, documentId: 'twins', version: 2, ingestionId: randomUUID() }).withParts(2);
    return builder.withEntities(['Ada', 'Grace']).withFacts().build();
  };
  const [a, b] = [build(), build()];
  return ref(a).ingestionId < ref(b).ingestionId ? [a, b] : [b, a];
}

/** Pending is invisible, promotion is whole, the newest version wins. */
export function promotionContract(steps: Steps, freshNamespace: () => string): void {
  describe('promote', () => {
    it('finds a pending ingestion invisible before and whole after', async () => {
      const namespace = freshNamespace();
      const [v1] = versions(namespace);

      expect(await steps.write(...v1)).toEqual(['pending', 'pending']);
      await steps.expectLive(namespace);
      expect(await steps.states(v1)).toEqual(['pending']);

      expect(await steps.promote(v1)).toEqual([{ state: 'live', replaced: [] }]);
      await steps.expectLive(namespace, v1);
      expect(await steps.states(v1)).toEqual(['live']);
    });

    it('changes nothing when it is run twice', async () => {
      const namespace = freshNamespace();
      const [v1] = versions(namespace);
      await steps.makeLive(v1);
      const before = await steps.everything();

      const [again] = await steps.promote(v1);

      expect(again?.state).toBe('live');
      await steps.expectLive(namespace, v1);
      expect(await steps.everything()).toEqual(before);
    });

    it('leaves the old version live until the new one replaces it, and then leaves nothing of the old', async () => {
      const namespace = freshNamespace();
      const [v1, v2] = versions(namespace);
      await steps.makeLive(v1);

      await steps.write(...v2);
      await steps.expectLive(namespace, v1);

      expect(await steps.promote(v2)).toEqual([{ state: 'live', replaced: [ref(v1).ingestionId] }]);
      await steps.expectLive(namespace, v2);
      expect(await steps.states(v1, v2)).toEqual(['replaced', 'live']);
      expect(JSON.stringify(await steps.everything())).not.toContain(ref(v1).ingestionId);
    });

    it('refuses a late write and a late promotion of a replaced version', async () => {
      const namespace = freshNamespace();
      const [v1, v2] = versions(namespace);
      await steps.makeLive(v1);
      await steps.makeLive(v2);
      const before = await steps.everything();

      expect(await steps.write(...v1)).toEqual(['replaced', 'replaced']);
      expect(await steps.promote(v1)).toEqual([{ state: 'replaced', replaced: [] }]);
      await steps.expectLive(namespace, v2);
      expect(await steps.everything()).toEqual(before);
    });

    it('makes an older version superseded when a newer one is live already, and leaves nothing of it', async () => {
      const namespace = freshNamespace();
      const [v1, v2] = versions(namespace);
      await steps.write(...v1);
      await steps.write(...v2);
      await steps.promote(v2);

      expect(await steps.promote(v1)).toEqual([{ state: 'superseded', replaced: [] }]);
      await steps.expectLive(namespace, v2);
      expect(JSON.stringify(await steps.everything())).not.toContain(ref(v1).ingestionId);
      expect(await steps.write(...v1)).toEqual(['superseded', 'superseded']);
      expect(await steps.states(v1)).toEqual(['superseded']);
    });

    it('skips a version that was never live', async () => {
      const namespace = freshNamespace();
      const [v1, v2, v3] = versions(namespace);
      await steps.makeLive(v1);
      await steps.write(...v2);
      await steps.makeLive(v3);

      await steps.expectLive(namespace, v3);
      expect(await steps.states(v1, v2, v3)).toEqual(['replaced', 'pending', 'live']);
    });

    it('replaces an ingestion of the same version by one with a greater id', async () => {
      const namespace = freshNamespace();
      const [v1] = versions(namespace, 'twins');
      const [lesser, greater] = twins(namespace);
      await steps.makeLive(v1);
      await steps.makeLive(lesser);
      await steps.write(...greater);

      expect(await steps.promote(greater)).toEqual([{ state: 'live', replaced: [ref(lesser).ingestionId] }]);
      await steps.expectLive(namespace, greater);
      expect(await steps.states(v1, lesser, greater)).toEqual(['replaced', 'replaced', 'live']);
      expect(JSON.stringify(await steps.everything())).not.toContain(ref(lesser).ingestionId);
    });

    it('makes an ingestion superseded when one of the same version with a greater id is live', async () => {
      const namespace = freshNamespace();
      const [lesser, greater] = twins(namespace);
      await steps.makeLive(greater);
      await steps.write(...lesser);

      expect(await steps.promote(lesser)).toEqual([{ state: 'superseded', replaced: [] }]);
      await steps.expectLive(namespace, greater);
      expect(await steps.states(lesser, greater)).toEqual(['superseded', 'live']);
      expect(JSON.stringify(await steps.everything())).not.toContain(ref(lesser).ingestionId);
    });

    it('takes several documents at once and answers in their order', async () => {
      const namespace = freshNamespace();
      const [a1, a2] = versions(namespace, 'a');
      const [b1] = versions(namespace, 'b');
      await steps.makeLive(a1);
      await steps.write(...b1, ...a2);

      expect(await steps.promote(b1, a2)).toEqual([
        { state: 'live', replaced: [] },
        { state: 'live', replaced: [ref(a1).ingestionId] },
      ]);
      await steps.expectLive(namespace, a2, b1);
    });

    it('hides nothing when a pending write of a live ingestion comes late', async () => {
      const namespace = freshNamespace();
      const [v1] = versions(namespace);
      await steps.makeLive(v1);
      const before = await steps.everything();

      expect(await steps.write(...v1)).toEqual(['live', 'live']);
      await steps.expectLive(namespace, v1);
      expect(await steps.everything()).toEqual(before);
    });
  });
}
