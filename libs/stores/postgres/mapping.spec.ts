import { describe, expect, it } from '@jest/globals';

import { anIngestion } from '../../../test/builders/index.js';
import { insertStatement, partRows } from './mapping.js';

describe('the rows of parts', () => {
  it('leave out the tables that nothing goes into', () => {
    const plain = partRows(anIngestion().build());
    const rich = partRows(anIngestion().withEntities(['Ada', 'Grace']).withFacts().withRecord('{}').build());

    expect(plain.map(({ table }) => table)).toEqual(['store_chunks']);
    expect(rich.map(({ table }) => table)).toEqual([
      'store_chunks',
      'store_entities',
      'store_mentions',
      'store_facts',
      'store_records',
    ]);
  });

  it('go into a table by one statement, whatever their number', () => {
    const [few] = partRows(anIngestion().withChunks(1).build()).map(insertStatement);
    const [many] = partRows(anIngestion().withParts(3).withChunks(90).build()).map(insertStatement);

    expect(few?.text).toBe(many?.text);
    expect(many?.values.map((column) => (column as unknown[]).length)).toEqual(many?.values.map(() => 90));
  });

  it('never put a value into the statement', () => {
    const [statement] = partRows(anIngestion().withTexts(["'; DROP TABLE x; --"]).build()).map(insertStatement);

    expect(statement?.text).not.toContain('DROP');
  });
});
