import { describe, expect, it } from '@jest/globals';

import { entityUuid, factUuid } from '#events';

import { anIngestion } from '../../../test/builders/index.js';
import type { Parts, Steps } from './harness.contract.js';

interface Statement {
  readonly source: string;
  readonly relation?: string;
  readonly target: string;
  readonly validAt?: number;
  readonly invalidAt?: number;
}

const day = 86_400_000;
const january = 1_767_225_600_000;
const [may, june, july] = [january + 120 * day, january + 151 * day, january + 181 * day];

/** A document submitted at a moment that states these facts. */
export function stating(namespace: string, documentId: string, submittedAt: number, ...statements: Statement[]): Parts {
  const names = [...new Set(statements.flatMap(({ source, target }) => [source, target]))];
  const uuid = (name: string): string => entityUuid(namespace, 'Person', name);
  const facts = statements.map(({ source, relation = 'CEO_OF', target, validAt, invalidAt }) => {
    const fact = `${source} ${relation} ${target}.`;
    const ends = { sourceUuid: uuid(source), targetUuid: uuid(target), relation, fact };
    const times = { validAt: validAt ?? null, invalidAt: invalidAt ?? null };
    const id = factUuid(namespace, ends.sourceUuid, relation, ends.targetUuid, fact);
    return { uuid: id, ...ends, seq: 0, evidence: source, ...times };
  });
  const [part] = anIngestion({ namespace, documentId }).withChunks(1).withEntities(names).build();
  if (!part) throw new RangeError('an ingestion has a part');
  return [{ ...part, facts, submittedAt }];
}

/** What ends a fact is derived from what is live, so that undoing it brings back exactly what was. */
export function contradictionsContract(steps: Steps, freshNamespace: () => string): void {
  describe('facts that contradict each other', () => {
    it('the later one ends the earlier, and its retraction opens that again', async () => {
      const namespace = freshNamespace();
      await steps.makeLive(stating(namespace, 'old', may, { source: 'Ada', target: 'Acme' }));
      const before = await steps.everything();
      const newer = stating(namespace, 'new', june, { source: 'Bob', target: 'Acme' });

      await steps.makeLive(newer);
      expect(await steps.ended(namespace)).toEqual({ 'Ada CEO_OF Acme.': june });

      await steps.retract(newer);
      expect(await steps.ended(namespace)).toEqual({});
      expect(await steps.everything()).toEqual(before);
    });

    it('nothing is ended by a document that is pending, or was rolled back', async () => {
      const namespace = freshNamespace();
      await steps.makeLive(stating(namespace, 'old', may, { source: 'Ada', target: 'Acme' }));
      const newer = stating(namespace, 'new', june, { source: 'Bob', target: 'Acme' });

      await steps.write(...newer);
      expect(await steps.ended(namespace)).toEqual({});

      await steps.compensate(newer);
      expect(await steps.ended(namespace)).toEqual({});
    });

    it('are ordered by the moments they speak of, else by their documents, not by arrival', async () => {
      for (const reversed of [false, true]) {
        const namespace = freshNamespace();
        const documents = [
          stating(namespace, 'a', july, { source: 'Ada', target: 'Acme', validAt: january }),
          stating(namespace, 'b', june, { source: 'Bob', target: 'Acme' }),
          stating(namespace, 'c', may, { source: 'Cid', target: 'Acme' }),
        ];
        for (const one of reversed ? documents.reverse() : documents) await steps.makeLive(one);

        expect(await steps.ended(namespace)).toEqual({ 'Ada CEO_OF Acme.': may, 'Cid CEO_OF Acme.': june });
      }
    });

    it('are ended by what comes next, also when what came between is gone', async () => {
      const namespace = freshNamespace();
      const between = stating(namespace, 'b', june, { source: 'Bob', target: 'Acme' });
      await steps.makeLive(stating(namespace, 'a', may, { source: 'Ada', target: 'Acme' }));
      await steps.makeLive(between);
      await steps.makeLive(stating(namespace, 'c', july, { source: 'Cid', target: 'Acme' }));
      expect(await steps.ended(namespace)).toEqual({ 'Ada CEO_OF Acme.': june, 'Bob CEO_OF Acme.': july });

      await steps.retract(between);

      expect(await steps.ended(namespace)).toEqual({ 'Ada CEO_OF Acme.': july });
    });

    it('begin where the earliest of their documents says, and later again when that one is gone', async () => {
      const namespace = freshNamespace();
      const early = stating(namespace, 'early', may, { source: 'Bob', target: 'Acme', validAt: june });
      await steps.makeLive(stating(namespace, 'old', january, { source: 'Ada', target: 'Acme' }), early);
      await steps.makeLive(stating(namespace, 'late', may, { source: 'Bob', target: 'Acme', validAt: july }));
      expect(await steps.ended(namespace)).toEqual({ 'Ada CEO_OF Acme.': june });

      await steps.retract(early);

      expect(await steps.ended(namespace)).toEqual({ 'Ada CEO_OF Acme.': july });
    });

    it('end by their own words if those are earlier, or if nothing contradicts them', async () => {
      const namespace = freshNamespace();
      const ended = { source: 'Ada', target: 'Acme', validAt: january, invalidAt: may };
      await steps.makeLive(stating(namespace, 'old', january, ended));
      expect(await steps.ended(namespace)).toEqual({ 'Ada CEO_OF Acme.': may });

      await steps.makeLive(stating(namespace, 'new', june, { source: 'Bob', target: 'Acme' }));

      expect(await steps.ended(namespace)).toEqual({ 'Ada CEO_OF Acme.': may });
    });

    it('are those of relations that allow one end at a time, and of another end', async () => {
      const namespace = freshNamespace();
      const works = { source: 'Ada', relation: 'WORKS_FOR' };
      const met = { source: 'Ada', relation: 'MET_WITH' };
      const ceo = { source: 'Ada', relation: 'CEO_OF' };
      const first = [works, met, ceo].map((one) => ({ ...one, target: 'Acme' }));
      const second = [works, met, ceo].map((one) => ({ ...one, target: 'Bolt' }));
      await steps.makeLive(stating(namespace, 'old', may, ...first));
      await steps.makeLive(stating(namespace, 'new', june, ...second));
      await steps.makeLive(stating(namespace, 'again', july, ...second));

      expect(await steps.ended(namespace)).toEqual({ 'Ada WORKS_FOR Acme.': june });
    });

    it('of one moment stay both open', async () => {
      const namespace = freshNamespace();
      const both = ['Ada', 'Bob'].map((source) => ({ source, target: 'Acme' }));
      await steps.makeLive(stating(namespace, 'both', may, ...both));

      expect(await steps.ended(namespace)).toEqual({});
    });

    it('of another namespace end nothing', async () => {
      const [namespace, other] = [freshNamespace(), freshNamespace()];
      await steps.makeLive(stating(namespace, 'old', may, { source: 'Ada', target: 'Acme' }));
      await steps.makeLive(stating(other, 'new', june, { source: 'Bob', target: 'Acme' }));

      expect(await steps.ended(namespace)).toEqual({});
    });

    it('are reopened by the update that no longer states the later one', async () => {
      const namespace = freshNamespace();
      await steps.makeLive(stating(namespace, 'old', may, { source: 'Ada', target: 'Acme' }));
      await steps.makeLive(stating(namespace, 'new', june, { source: 'Bob', target: 'Acme' }));
      const update = anIngestion({ namespace, documentId: 'new', version: 2 }).withEntities(['Acme']).build();

      await steps.makeLive(update);

      expect(await steps.ended(namespace)).toEqual({});
    });
  });
}
