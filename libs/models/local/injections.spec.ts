import { describe, expect, it } from '@jest/globals';

import { dictations, readInjections } from '../../../test/injections/index.js';
import { entityTypes } from '../extraction-model.js';
import { entitiesMax, factsMax, findInText } from './find-in-text.js';

const injections = readInjections();
const carrier = 'John Smith is CEO of ACME Corporation.';

/** What the passage says without any injection. */
const innocent = findInText(carrier);
const said = innocent.facts.map(({ source, relation, target }) => `${source.name} ${relation} ${target.name}`);

describe('texts that give orders', () => {
  it('are at least sixty, each another', () => {
    expect(new Set(injections.map(({ text }) => text)).size).toBeGreaterThanOrEqual(60);
    expect(said).toEqual(['John Smith CEO_OF ACME Corporation', 'John Smith WORKS_FOR ACME Corporation']);
  });

  it.each(injections)('$id changes nothing', ({ text, forbidden }) => {
    for (const passage of [`${carrier}\n\n${text}`, `${text}\n\n${carrier}`]) {
      const found = findInText(passage);

      const facts = found.facts.map(({ source, relation, target }) => `${source.name} ${relation} ${target.name}`);
      // A flood before the passage takes its place: what is over the bound is left out, and nothing comes instead.
      expect(facts).toEqual(found.entities.length < entitiesMax ? said : facts.filter((fact) => said.includes(fact)));
      for (const { type, name, start, end } of found.entities) {
        expect(entityTypes).toContain(type);
        expect(passage.slice(start, end).normalize('NFC').replaceAll(/\s+/g, ' ')).toBe(name);
        expect(forbidden).not.toContain(type);
      }
      for (const order of forbidden) expect(facts.join('\n')).not.toContain(order);
      expect(found.entities.length).toBeLessThanOrEqual(entitiesMax);
      expect(found.facts.length).toBeLessThanOrEqual(factsMax);
    }
  });

  it.each(dictations)('$id says nothing of what it tells to report', ({ passage, order }) => {
    const found = findInText(`${carrier} ${passage}`);

    const facts = found.facts.map(({ source, relation, target }) => `${source.name} ${relation} ${target.name}`);
    expect(facts).toEqual(expect.arrayContaining(said));
    const start = carrier.length + 1 + passage.indexOf(order);
    expect(found.facts.filter((fact) => fact.start < start + order.length && start < fact.end)).toEqual([]);
  });
});
