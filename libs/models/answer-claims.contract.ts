import { randomUUID } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { eventually } from '../../test/e2e/eventually.js';
import type { AnswerClaims } from './answer-claims.js';
import { contentHash } from './answers.js';

/** What all claims promise; `open` gives a further user of the same claims. */
export function answerClaimsContract(name: string, open: (leaseMs?: number) => AnswerClaims): void {
  const newIds = (count: number): string[] => Array.from({ length: count }, () => contentHash(randomUUID())).sort();
  const owner = (): string => randomUUID();

  describe(`${name}, as claims of questions`, () => {
    it('give a question to whoever comes first, until it is released', async () => {
      const [ids, first, second] = [newIds(2), owner(), owner()];

      const claimed = await open().claim(ids, first);
      const meanwhile = await open().claim(ids, second);
      await open().release(ids.slice(0, 1), first);
      const afterwards = await open().claim(ids, second);

      expect(claimed).toEqual(new Set(ids));
      expect(meanwhile).toEqual(new Set());
      expect(afterwards).toEqual(new Set(ids.slice(0, 1)));
    });

    it('give each question to one of many that claim at once in different order', async () => {
      const ids = newIds(20);

      const claimed = await Promise.all(
        [0, 1, 2, 3, 4, 5].map((at) => open().claim(at % 2 ? ids : ids.toReversed(), owner())),
      );

      expect(claimed.flatMap((some) => [...some]).sort()).toEqual(ids);
    });

    it('end when nobody renews them', async () => {
      const ids = newIds(1);
      await open(1).claim(ids, owner());

      const taken = await eventually('the claim to end', async () => {
        const claimed = await open().claim(ids, owner());
        return claimed.size > 0 ? claimed : undefined;
      });

      expect(taken).toEqual(new Set(ids));
    });

    it('hold for as long as they are renewed', async () => {
      const [ids, first] = [newIds(3), owner()];
      await open(1).claim(ids, first);
      await open().renew(ids.toReversed(), first);

      expect(await open().claim(ids, owner())).toEqual(new Set());
    });

    it('are neither renewed nor released by one from whom they were taken over', async () => {
      const [ids, late] = [newIds(1), owner()];
      await open(0).claim(ids, late);
      await open().claim(ids, owner());

      await open(0).renew(ids, late);
      await open().release(ids, late);

      expect(await open().claim(ids, owner())).toEqual(new Set());
    });

    it('take empty lists', async () => {
      expect(await open().claim([], owner())).toEqual(new Set());
      await open().renew([], owner());
      await open().release([], owner());
    });
  });
}
