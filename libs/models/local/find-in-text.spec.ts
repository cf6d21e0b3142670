import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { entitiesMax, factsMax, findInText } from './find-in-text.js';

const report = `
ACME Corporation Q4 2024 Report. Key highlights: Revenue: $5.2M (up 15% YoY). Key partner: Bosch Technologies. New
contract: Widget Manufacturing. John Smith, CEO of ACME Corporation, presented the strategic initiatives for 2025:
expanding the partnership with Bosch Technologies and opening a plant in Stuttgart.
`;

function entities(text: string): string[] {
  return findInText(text).entities.map(({ name, type }) => `${name} [${type}]`);
}

function facts(text: string): string[] {
  return findInText(text).facts.map(({ source, relation, target }) => `${source.name} ${relation} ${target.name}`);
}

describe('a quarterly report', () => {
  it('names its organisations, persons, places, amounts and dates', () => {
    expect(entities(report)).toEqual([
      'ACME Corporation [Organization]',
      'Q4 2024 [Date]',
      'Revenue [Concept]',
      '$5.2M [Money]',
      '15% [Percent]',
      'Bosch Technologies [Organization]',
      'Widget Manufacturing [Organization]',
      'John Smith [Person]',
      'ACME Corporation [Organization]',
      '2025 [Date]',
      'Bosch Technologies [Organization]',
      'Stuttgart [Location]',
    ]);
  });

  it('states what the text says and nothing else', () => {
    expect(facts(report)).toEqual([
      'ACME Corporation REPORTED_FOR Q4 2024',
      'ACME Corporation REPORTED_REVENUE $5.2M',
      '$5.2M REPORTED_FOR Q4 2024',
      '$5.2M GREW_BY 15%',
      'ACME Corporation REVENUE_GREW_BY 15%',
      'ACME Corporation HAS_PARTNER Bosch Technologies',
      'ACME Corporation HAS_CONTRACT_WITH Widget Manufacturing',
      'John Smith CEO_OF ACME Corporation',
      'John Smith WORKS_FOR ACME Corporation',
      'John Smith PRESENTED_PLANS_FOR 2025',
      'ACME Corporation HAS_PLANS_FOR 2025',
      'ACME Corporation EXPANDS_PARTNERSHIP_WITH Bosch Technologies',
      'ACME Corporation PLANS_SITE_IN Stuttgart',
    ]);
  });

  it('is read the same a hundred times', () => {
    const first = JSON.stringify(findInText(report));

    for (let run = 0; run < 100; run += 1) expect(JSON.stringify(findInText(report))).toBe(first);
  });
});

describe('findInText', () => {
  it.each([
    ['Microsoft acquired Nuance Communications in March 2022.', ['Microsoft ACQUIRED Nuance Communications']],
    ['Nuance Communications was bought by Microsoft.', ['Microsoft ACQUIRED Nuance Communications']],
    [
      'Tim Cook, chief executive of Apple Inc., met with Emmanuel Macron.',
      ['Tim Cook CEO_OF Apple Inc.', 'Tim Cook WORKS_FOR Apple Inc.', 'Tim Cook MET_WITH Emmanuel Macron'],
    ],
    ['Siemens AG opened a new factory in Leipzig.', ['Siemens AG OPENED_SITE_IN Leipzig']],
    ['Globex Corporation plans to open a plant in Munich.', ['Globex Corporation PLANS_SITE_IN Munich']],
    ['Revenue of Globex Ltd rose 12% in 2023.', ['Globex Ltd REVENUE_GREW_BY 12%']],
    ['Initech was founded by Peter Gibbons in 1999.', ['Peter Gibbons FOUNDED Initech']],
    ['Maria Garcia joined Tailspin Toys in 2021.', ['Maria Garcia JOINED Tailspin Toys']],
    [
      'Vandelay Industries raised $40 million. CEO: Art Vandelay. Suppliers: Foo Labs and Baz Group.',
      [
        'Vandelay Industries RAISED $40 million',
        'Art Vandelay CEO_OF Vandelay Industries',
        'Art Vandelay WORKS_FOR Vandelay Industries',
        'Vandelay Industries HAS_SUPPLIER Foo Labs',
        'Vandelay Industries HAS_SUPPLIER Baz Group',
      ],
    ],
    ['Vandelay Industries, based in New York, has grown.', ['Vandelay Industries BASED_IN New York']],
    ['Samsung unveiled Galaxy S24 Ultra.', ['Samsung LAUNCHED Galaxy S24 Ultra']],
    ['Berlin is the capital of Germany.', ['Berlin CAPITAL_OF Germany']],
    ['Angela Merkel was born in Hamburg.', ['Angela Merkel BORN_IN Hamburg']],
    ['He moved to Paris, France.', ['Paris LOCATED_IN France']],
    ['Susan Jones, former CFO of Initech Ltd, left.', ['Susan Jones FORMER_CFO_OF Initech Ltd']],
  ])('reads %j', (text, expected) => {
    expect(facts(text)).toEqual(expected);
  });

  it.each([
    'Northwind Traders did not acquire Contoso Ltd.',
    'Fabrikam Inc may have acquired Contoso Ltd.',
    'Fabrikam Inc reportedly acquired Contoso Ltd.',
    'Is Contoso Ltd owned by Fabrikam Inc?',
    'Key partner: Bosch Technologies.',
    'Initech Ltd denied that Fabrikam Inc acquired Contoso Ltd.',
    'Initech Ltd said Contoso Ltd was expanding the partnership with Fabrikam Inc.',
    'Fabrikam Inc and Contoso Ltd and Stuttgart.',
  ])('states nothing of %j', (text) => {
    expect(facts(text)).toEqual([]);
  });

  it('says from when a fact holds', () => {
    const [fact] = findInText('Maria Garcia joined Tailspin Toys in March 2021.').facts;

    expect(fact?.validAt).toBe(Date.UTC(2021, 2, 1));
    expect(fact?.sentence).toBe('Maria Garcia joined Tailspin Toys');
  });

  it('finds names in quotes, beside emoji, and with accents', () => {
    const text = '🚀 “Bosch Technologies” hired Dr. José Müller-Groß 😀 in São Paulo.';

    expect(entities(text)).toEqual([
      'Bosch Technologies [Organization]',
      'José Müller-Groß [Person]',
      'São Paulo [Location]',
    ]);
  });

  it('finds nothing in an empty text', () => {
    expect(findInText('')).toEqual({ entities: [], facts: [] });
  });
});

const names = 'John Smith CEO of ACME Corporation $5.2M 15% Q4 2024 acquired opened a plant in Stuttgart U.S.';
const signs = ', : . “ ” ’s 😀 É\u0301 ( ) & the The'.split(' ');
const word = fc.constantFrom(...names.split(' '), ...signs, '\n', '\n\n');
const prose = fc.array(word, { maxLength: 120 }).map((words) => words.join(' '));

describe('whatever the text', () => {
  it('evidence occurs literally, entities do not overlap, and ends of facts are among the entities', () => {
    fc.assert(
      fc.property(fc.oneof(prose, fc.string({ unit: 'binary', maxLength: 400 })), (text) => {
        const found = findInText(text);
        const known = new Set(found.entities.map(({ type, name }) => `${type} ${name}`));
        let end = 0;
        for (const entity of found.entities) {
          expect(text.slice(entity.start, entity.end).normalize('NFC').replaceAll(/\s+/g, ' ')).toBe(entity.name);
          expect(entity.name).not.toBe('');
          expect(entity.start).toBeGreaterThanOrEqual(end);
          end = entity.end;
        }
        for (const fact of found.facts) {
          expect(fact.start).toBeGreaterThanOrEqual(0);
          expect(fact.end).toBeGreaterThan(fact.start);
          expect(fact.end).toBeLessThanOrEqual(text.length);
          for (const ref of [fact.source, fact.target]) expect(known).toContain(`${ref.type} ${ref.name}`);
        }
      }),
    );
  });

  it('yields a bounded answer, also for lines of ten thousand characters', () => {
    const texts = [
      'x'.repeat(10_000),
      'Word '.repeat(2_000),
      '1,'.repeat(5_000),
      'A.'.repeat(5_000),
      'a: '.repeat(3_333),
    ];
    for (const text of [
      ...texts,
      '$'.repeat(10_000),
      'John Smith, CEO of ACME Inc, '.repeat(345),
      'of the '.repeat(1_400),
    ]) {
      const found = findInText(text);

      expect(found.entities.length).toBeLessThanOrEqual(entitiesMax);
      expect(found.facts.length).toBeLessThanOrEqual(factsMax);
    }
  });
});
