import { describe, expect, it } from '@jest/globals';

import { englishStems, stemsAsked, stemsOf } from './stemming.js';
import { sparseQuery, sparseVector } from './sparse.js';

describe('stems', () => {
  it('are the same for the forms of a word, without the stop words of the text’s language', () => {
    expect(stemsOf('The organizations were running their companies')).toEqual(['organ', 'run', 'compani']);
    expect(stemsOf('Die Häuser und die Kinder in den Städten')).toEqual(['haus', 'kind', 'stadt']);
  });

  it('are those of English where words are English in any text', () => {
    expect([...englishStems('acquired by the acquirer')]).toEqual(['acquir']);
    expect(englishStems('is of').size).toBe(0);
  });

  it('of a text of stop words are those of all its words', () => {
    expect(stemsOf('To be or not to be')).toHaveLength(6);
  });

  it('that a question asks for are each there once, and of every language where none is told', () => {
    expect(stemsAsked('the company and its companies')).toEqual(['compani']);
    expect(stemsAsked('Häuser')).toEqual(expect.arrayContaining(stemsOf('Sie haben die Häuser')));
    expect(stemsAsked('companies')).toEqual(expect.arrayContaining(stemsOf('these are the companies')));
  });

  it('meet in the terms of a text and of a question', () => {
    const stored = new Set(sparseVector('The committee has approved two proposals for the harbour.').indices);

    expect(
      sparseQuery('which proposal did committees approve').indices.filter((term) => stored.has(term)),
    ).toHaveLength(3);
  });
});
