import { describe, expect, it } from '@jest/globals';

import { statedBy } from './stated-by.js';

function document(documentId: string): { documentId: string; version: number; ingestionId: string } {
  return { documentId, version: 1, ingestionId: `of ${documentId}` };
}

describe('the documents that state a fact', () => {
  it('are named with what their pages are found by', () => {
    expect(statedBy({ documents: [document('a'), document('b')], documentCount: 2 })).toEqual({
      named: [
        { name: 'a', ingestionId: 'of a' },
        { name: 'b', ingestionId: 'of b' },
      ],
      more: 0,
    });
  });

  it('are counted beyond those that are named', () => {
    expect(statedBy({ documents: [document('a')], documentCount: 41 }).more).toBe(40);
  });

  it('may have long names, of which both ends are shown and no character is cut in two', () => {
    const attachment = `mail/${'🙂'.repeat(400)}!/attachments/2-plan.pdf`;

    const [shown] = statedBy({ documents: [document(attachment)], documentCount: 1 }).named;

    expect(shown).toEqual({
      name: `mail/${'🙂'.repeat(31)}…tachments/2-plan.pdf`,
      ingestionId: `of ${attachment}`,
    });
  });
});
