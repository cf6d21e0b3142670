import { describe, expect, it } from '@jest/globals';

import { anIngestion } from '../../../test/builders/index.js';
import type { Parts, Steps } from './harness.contract.js';

const documents = Array.from({ length: 8 }, (_, index) => index);

/** Every document speaks of the same entities, each in another order: what provokes deadlocks and lost updates. */
function version(namespace: string, document: number, number: number): Parts {
  const names = ['Ada', 'Grace', 'Linus', 'Barbara', 'Edsger'];
  const turned = [...names.slice(document % 5), ...names.slice(0, document % 5), `Only ${document}.${number}`];
  const builder = anIngestion({ namespace, documentId: `document-${document}`, version: number });
  return builder.withParts(2).withEntities(turned).withFacts().build();
}

/** Verbs at the same time end as if one had followed the other. */
export function concurrencyContract(
  steps: Steps,
  freshNamespace: () => string,
  zombiesMaySlipThrough: () => boolean,
): void {
  describe('at the same time', () => {
    it('documents that share entities are written, promoted, compensated and retracted without harm', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const [v1, v2, v3] = [1, 2, 3].map((number) => documents.map((document) => version(namespace, document, number)));
      if (v1 === undefined || v2 === undefined || v3 === undefined) throw new Error('three were built');

      await Promise.all(v1.map((parts) => steps.write(...parts)));
      await Promise.all([...v1.map((parts) => steps.promote(parts)), ...v2.map((parts) => steps.write(...parts))]);
      await steps.expectLive(namespace, ...v1);

      const isEven = (_: Parts, index: number): boolean => index % 2 === 0;
      const isOdd = (_: Parts, index: number): boolean => index % 2 === 1;
      await Promise.all([
        ...v2.filter(isEven).map((parts) => steps.promote(parts)),
        ...v2.filter(isOdd).map((parts) => steps.compensate(parts)),
        ...v3.filter(isEven).map((parts) => steps.write(...parts)),
      ]);
      await steps.expectLive(namespace, ...v2.filter(isEven), ...v1.filter(isOdd));

      await Promise.all([
        ...v3.filter(isEven).map((parts) => steps.compensate(parts)),
        ...v2.filter(isEven).map((parts) => steps.retract(parts)),
        ...v1.filter(isOdd).map((parts) => steps.retract(parts)),
      ]);
      await steps.expectLive(namespace);
      expect(await steps.everything()).toEqual(before);
    });

    it('batches that hold the same documents in different orders neither block nor lose anything', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const turned = (all: readonly Parts[], by: number): Parts[] => [...all.slice(by), ...all.slice(0, by)];
      const [v1, v2] = [1, 2].map((number) => documents.map((document) => version(namespace, document, number)));
      if (v1 === undefined || v2 === undefined) throw new Error('two were built');

      await Promise.all([0, 3, 5].map((by) => steps.write(...turned([...v1, ...v2], by).flat())));
      await Promise.all([0, 3, 5].map((by) => steps.promote(...turned(v1, by))));
      await steps.expectLive(namespace, ...v1);
      await Promise.all(
        [2, 6].flatMap((by) => [steps.compensate(...turned(v2, by)), steps.write(...turned(v1, by).flat())]),
      );
      await steps.expectLive(namespace, ...v1);
      await Promise.all([1, 4, 7].map((by) => steps.retract(...turned(v1, by))));
      expect(await steps.everything()).toEqual(before);
    });

    it('a verb and itself do no more than once', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const [v1, v2] = [version(namespace, 0, 1), version(namespace, 0, 2)];

      await Promise.all([steps.write(...v1), steps.write(...v1.toReversed())]);
      await Promise.all([steps.promote(v1), steps.promote(v1)]);
      await steps.expectLive(namespace, v1);
      await steps.write(...v2);
      await Promise.all([steps.compensate(v2), steps.compensate(v2)]);
      await steps.expectLive(namespace, v1);
      await Promise.all([steps.retract(v1), steps.retract(v1)]);
      expect(await steps.everything()).toEqual(before);
    });

    it('a write and the compensation of the same ingestion leave nothing', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const ingestions = documents.map((document) => version(namespace, document, 1));

      await Promise.all(ingestions.flatMap((parts) => [steps.write(...parts), steps.compensate(parts)]));

      if (zombiesMaySlipThrough()) await steps.compensate(...ingestions);
      expect(await steps.everything()).toEqual(before);
      expect(await steps.states(...ingestions)).toEqual(ingestions.map(() => 'compensated'));
    });

    it('versions promoted in any order end with the newest', async () => {
      const namespace = freshNamespace();
      const versions = [1, 2, 3].map((number) => version(namespace, 0, number));
      await steps.write(...versions.flat());

      await Promise.all(versions.map((parts) => steps.promote(parts)));

      await steps.expectLive(namespace, ...versions.slice(2));
      const states = await steps.states(...versions);
      expect(states[2]).toBe('live');
      expect(states.slice(0, 2).every((state) => state === 'replaced' || state === 'superseded')).toBe(true);
    });
  });
}
