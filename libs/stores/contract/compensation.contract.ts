import { describe, expect, it } from '@jest/globals';

import { anIngestion } from '../../../test/builders/index.js';
import type { Parts, Steps } from './harness.contract.js';

function version(namespace: string, number: number): Parts {
  const builder = anIngestion({ namespace, version: number }).withParts(2);
  return builder
    .withEntities(['Ada', 'Grace', `Only ${number}`])
    .withFacts()
    .withRecord('{"a":1}')
    .build();
}

/** The undo is exact, may come twice or first, and lets nothing back in. */
export function compensationContract(steps: Steps, freshNamespace: () => string): void {
  describe('compensate', () => {
    it('restores exactly what was there before a document was created', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const created = version(namespace, 1);
      await steps.write(...created);

      const [result] = await steps.compensate(created);

      expect(result?.state).toBe('compensated');
      expect(await steps.everything()).toEqual(before);
      await steps.expectLive(namespace);
      expect(await steps.states(created)).toEqual(['compensated']);
    });

    it('restores exactly what was there before a live document was updated', async () => {
      const namespace = freshNamespace();
      const [live, update] = [version(namespace, 1), version(namespace, 2)];
      await steps.makeLive(live);
      const before = await steps.everything();
      await steps.write(...update);

      await steps.compensate(update);

      expect(await steps.everything()).toEqual(before);
      await steps.expectLive(namespace, live);
    });

    it('brings no older version back where a newer one became live before the undoing', async () => {
      const namespace = freshNamespace();
      const [first, second, third] = [version(namespace, 1), version(namespace, 2), version(namespace, 3)];
      await steps.makeLive(first);
      await steps.write(...second);
      await steps.makeLive(third);

      const [result] = await steps.compensate(second);

      expect(result?.state).toBe('compensated');
      expect(await steps.states(second)).toEqual(['compensated']);
      await steps.expectLive(namespace, third);
    });

    it('undoes an ingestion of which only some parts arrived', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const created = version(namespace, 1);
      await steps.write(...created.slice(1));

      await steps.compensate(created);

      expect(await steps.everything()).toEqual(before);
    });

    it('changes nothing when it is run twice', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const created = version(namespace, 1);
      await steps.write(...created);
      await steps.compensate(created);

      const [again] = await steps.compensate(created);

      expect(again?.state).toBe('compensated');
      expect(await steps.everything()).toEqual(before);
    });

    it('leaves a tombstone that refuses the late write when it comes before the write', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const created = version(namespace, 1);

      const [result] = await steps.compensate(created);

      expect(result?.state).toBe('compensated');
      expect(await steps.write(...created)).toEqual(['compensated', 'compensated']);
      expect(await steps.everything()).toEqual(before);
      await steps.expectLive(namespace);
    });

    it('is not overturned by a promotion that comes after it', async () => {
      const namespace = freshNamespace();
      const created = version(namespace, 1);
      await steps.write(...created);
      await steps.compensate(created);

      expect(await steps.promote(created)).toEqual([{ state: 'compensated', replaced: [] }]);
      await steps.expectLive(namespace);
    });

    it('does not touch an ingestion that is live', async () => {
      const namespace = freshNamespace();
      const live = version(namespace, 1);
      await steps.makeLive(live);
      const before = await steps.everything();

      const [result] = await steps.compensate(live);

      expect(result?.state).toBe('live');
      expect(await steps.everything()).toEqual(before);
      await steps.expectLive(namespace, live);
    });

    it('undoes one of several ingestions and leaves its neighbours', async () => {
      const namespace = freshNamespace();
      const neighbour = anIngestion({ namespace, documentId: 'neighbour' }).withEntities(['Ada']).build();
      const undone = version(namespace, 1);
      await steps.write(...neighbour, ...undone);

      await steps.compensate(undone);
      await steps.promote(neighbour);

      await steps.expectLive(namespace, neighbour);
    });
  });
}
