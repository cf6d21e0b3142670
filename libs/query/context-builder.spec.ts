import { describe, expect, it } from '@jest/globals';

import type { LeftOut, SearchAnswer } from './answer.js';
import { ContextBuilder } from './context-builder.js';
import type { SearchRequest } from './request.js';

const question: SearchRequest = { query: 'pump', namespace: 'n', mode: 'auto', filter: {}, limit: 10, offset: 0 };
const countTokens = (text: string): number => text.split(/\s+/u).length;

describe('a block for a prompt', () => {
  it.each<[string, LeftOut[]]>([
    ['a store that was away', [{ way: 'graph', stores: ['postgres', 'neo4j'], reason: 'neo4j-unavailable' }]],
    ['nothing', []],
  ])('says what is missing from it: %s', async (_, leftOut) => {
    const embedding = { model: 'hash/8', dimensions: 8 };
    const found: SearchAnswer = {
      ...{ hits: [], route: 'graph', embedding, entities: [], facts: [], leftOut, cached: false, tookMs: 1 },
    };
    const builder = new ContextBuilder({ search: () => Promise.resolve(found) }, countTokens);

    expect(await builder.build(question)).toMatchObject({ citations: [], leftOver: 0, embedding, leftOut });
  });
});
