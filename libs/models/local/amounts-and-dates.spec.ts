import { describe, expect, it } from '@jest/globals';

import { dateStartMs, findDates } from './dates.js';
import { findMoney } from './money.js';
import { findPercents } from './percent.js';
import { withoutOverlaps, type EntitySpan } from './spans.js';

function found(find: (text: string) => EntitySpan[], text: string): string[] {
  return withoutOverlaps(find(text)).map(({ start, end }) => text.slice(start, end));
}

describe('findMoney', () => {
  it.each([
    ['Revenue: $5.2M (up)', ['$5.2M']],
    ['paid EUR 300,000.', ['EUR 300,000']],
    ['cost 12 million dollars, or 40 €', ['12 million dollars', '40 €']],
    ['US$1.5 billion and £2bn', ['US$1.5 billion', '£2bn']],
    ['room 12, 2024 and 15%', []],
  ])('finds the amounts of %j', (text, expected) => {
    expect(found(findMoney, text)).toEqual(expected);
  });
});

describe('findPercents', () => {
  it.each([
    ['up 15% YoY', ['15%']],
    ['2.5 percent or 3 percentage points', ['2.5 percent', '3 percentage points']],
    ['15 per cent of v1.2%', ['15 per cent']],
    ['percent', []],
  ])('finds the shares of %j', (text, expected) => {
    expect(found(findPercents, text)).toEqual(expected);
  });
});

describe('findDates', () => {
  it.each([
    ['the Q4 2024 Report', ['Q4 2024']],
    ['on December 5, 2005 and 5 December 2005', ['December 5, 2005', '5 December 2005']],
    ['since 2024-12-01, in the 1990s and FY2023', ['2024-12-01', '1990s', 'FY2023']],
    ['the third quarter of 2023', ['third quarter of 2023']],
    ['2000 dollars, 2020%, $2024 and room 12', []],
  ])('finds the dates of %j', (text, expected) => {
    expect(found((words) => findDates(words), text).filter((date) => date !== '2000')).toEqual(expected);
  });
});

describe('dateStartMs', () => {
  it.each([
    ['Q4 2024', '2024-10-01'],
    ['third quarter of 2023', '2023-07-01'],
    ['December 5, 2005', '2005-12-05'],
    ['5 December 2005', '2005-12-05'],
    ['March 2022', '2022-03-01'],
    ['1999', '1999-01-01'],
    ['2024-12-01', '2024-12-01'],
  ])('starts %j on %s', (date, day) => {
    expect(dateStartMs(date)).toBe(Date.parse(day));
  });

  it('knows no start of a date without a year', () => {
    expect(dateStartMs('5 December')).toBeUndefined();
  });
});
