import { describe, expect, it } from '@jest/globals';

import { asksForChange, asksHowMuch, asksOfThePast } from './asked-for.js';

describe('a question', () => {
  it.each([
    'How many documents are there?',
    'how many people and organisations do you know of',
    'How many facts does the graph hold?',
    'How many documents are stored in this namespace?',
    'How big is the knowledge graph?',
  ])('asks how much is stored: %s', (query) => {
    expect(asksHowMuch({ query, filter: {} })).toBe(true);
  });

  it.each([
    'How many documents mention ACME?',
    'How many people work at ACME?',
    'How many pumps are there?',
    'How much is the contract worth?',
    'How big is the plant?',
    'How many documents are there about pumps?',
  ])('asks for something in particular: %s', (query) => {
    expect(asksHowMuch({ query, filter: {} })).toBe(false);
  });

  it('asks for something in particular if it has a filter or a time', () => {
    const query = 'How many documents are there?';

    expect(asksHowMuch({ query, filter: { source: ['http'] } })).toBe(false);
    expect(asksHowMuch({ query, filter: {}, asOf: 1 })).toBe(false);
  });

  it.each<[string, boolean, boolean]>([
    ['How did what is known of ACME change over time?', true, true],
    ['Who was the CEO of ACME?', false, true],
    ['Who is the CEO of ACME?', false, false],
  ])('tells by its words whether it is one of the past: %s', (query, ofChange, ofPast) => {
    expect([asksForChange({ query }), asksOfThePast({ query })]).toEqual([ofChange, ofPast]);
    expect([asksForChange({ query, asOf: 1 }), asksOfThePast({ query, asOf: 1 })]).toEqual([false, false]);
  });
});
