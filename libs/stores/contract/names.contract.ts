import { describe, expect, it } from '@jest/globals';

import { anIngestion } from '../../../test/builders/index.js';
import type { Steps } from './harness.contract.js';

/** Allowed by the contract of a documentId; several would collide if a store joined, folded or interpreted them. */
const documentIds = [
  'a',
  'A',
  'a ',
  'a:chunks',
  'a%3Achunks',
  'a%253Achunks',
  'a/b',
  'a//b',
  'a\\b',
  'a:b',
  ':',
  '%',
  '*',
  '?',
  '[a]',
  '{a}',
  "o'brien",
  'say "hi"',
  'tick`tock',
  '$1',
  '$documentId',
  '-- drop',
  "'; DROP TABLE x; --",
  '../../etc/passwd',
  'naïve',
  'nai\u0308ve',
  '文書',
  'مستند',
  '🦀👩‍👩‍👧',
  'null',
  'undefined',
  '__proto__',
  '0',
  '\u2028',
  'a'.repeat(512),
];

/** Text that a careless query would run. */
const entityNames = [
  `Robby\`}) DETACH DELETE n //`,
  '\\u0060}) MATCH (n) DETACH DELETE n //',
  "'; DROP TABLE store_ingestions; --",
  'O\'Brien "Bob"',
  'Robert\\',
  '$uuid',
  '{uuid: 1}',
  '[[a]]',
  '(a)',
  'a,b',
  'NULL',
  '🦀',
  '__proto__',
  '\\N',
  '%s',
  'line\u2028separator',
  'x'.repeat(300),
];

/** Names are data, never syntax, and never collide. */
export function namesContract(steps: Steps, freshNamespace: () => string): void {
  describe('names', () => {
    it('of documents may hold quotes, slashes, colons, emoji and any other text', async () => {
      const namespace = freshNamespace();
      const documents = documentIds.map((documentId) =>
        anIngestion({ namespace, documentId }).withEntities(['Ada']).build(),
      );
      await steps.makeLive(...documents);
      await steps.expectLive(namespace, ...documents);

      const removed = await steps.retract(...documents.filter((_, index) => index % 2 === 0));

      expect(removed.every(({ length }) => length === 1)).toBe(true);
      await steps.expectLive(namespace, ...documents.filter((_, index) => index % 2 === 1));
    });

    it('of entities may hold quotes, backticks, Cypher and SQL', async () => {
      const namespace = freshNamespace();
      const before = await steps.everything();
      const bystander = anIngestion({ namespace, documentId: 'bystander' }).withEntities(['Ada']).build();
      const hostile = anIngestion({ namespace }).withParts(2).withEntities(entityNames).withFacts().build();
      await steps.makeLive(bystander, hostile);
      await steps.expectLive(namespace, bystander, hostile);

      await steps.retract(hostile);
      await steps.expectLive(namespace, bystander);
      await steps.retract(bystander);
      expect(await steps.everything()).toEqual(before);
    });

    it('of metadata and texts may hold anything but NUL', async () => {
      const namespace = freshNamespace();
      const builder = anIngestion({ namespace }).withTexts([
        'tab\there\r\nand "there" \\ \\u0041 {a,b}',
        '\u{1F980} \uFFFD',
      ]);
      const document = builder.withMetadata({ "it's": 'a "value"', __proto__x: '{}', '🦀': '' }).build();

      await steps.makeLive(document);

      await steps.expectLive(namespace, document);
    });

    it('of documents in different namespaces do not touch each other', async () => {
      const [mine, theirs] = [freshNamespace(), freshNamespace()];
      const [a, b] = [mine, theirs].map((namespace) =>
        anIngestion({ namespace }).withEntities(['Ada', 'Grace']).withFacts().build(),
      );
      if (a === undefined || b === undefined) throw new Error('two were built');
      await steps.makeLive(a, b);
      await steps.expectLive(mine, a);
      await steps.expectLive(theirs, b);

      await steps.retract(a);

      await steps.expectLive(mine);
      await steps.expectLive(theirs, b);
      expect(await steps.states(a, b)).toEqual(['retracted', 'live']);
    });
  });
}
