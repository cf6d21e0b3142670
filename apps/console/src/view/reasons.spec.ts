import { describe, expect, it } from '@jest/globals';

import { adviceFor } from './reasons.js';

describe('advice', () => {
  it('for a known reason names its cause', () => {
    expect(adviceFor('encrypted', 'parser').meaning).toContain('password');
  });

  it('for an unknown reason depends on who gave up, and is never missing', () => {
    expect(adviceFor('neo4j-broken', 'writer-neo4j')).toEqual({
      meaning: 'The store behind writer-neo4j could not take it.',
      remedy: 'When the cause is gone, replay it.',
    });
    expect(adviceFor('constructor', 'parser').meaning).toBe('The parser could not go on with it.');
  });
});
