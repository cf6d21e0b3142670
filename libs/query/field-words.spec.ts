import { describe, expect, it } from '@jest/globals';

import { contentWords } from '#models';

import { fieldWords } from './field-words.js';

describe('the words that documents are looked for by', () => {
  it.each([
    ['List all documents', []],
    ['show me the latest e-mails', []],
    ['How many files are there?', []],
    ['Which documents do I have?', []],
    ['latest emails from ACME', ['acme']],
    ['documents about heat pumps by author Bob', ['heat', 'pumps', 'author', 'bob']],
    ['all notes', ['notes']],
    ['files of last week', ['week']],
  ])('in %j are %j', (query, words) => {
    expect(fieldWords(contentWords(query))).toEqual(words);
  });
});
