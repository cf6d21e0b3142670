import { spansOf, type EntitySpan } from './spans.js';

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const abbreviated = '(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\\.?';
/** Full names first: the shorter form must not win where the longer stands. */
const month = `(?:${monthNames.join('|')}|${abbreviated})`;
const year = '(?:1[5-9]|20)\\d\\d';
const day = '(?:3[01]|[12]\\d|0?[1-9])(?:st|nd|rd|th)?';
const ordinal = '(?:first|second|third|fourth)';
const start = '(?<![\\p{L}\\d.,$€£-])';
const end = '(?![\\p{L}\\d%]|[.,]\\d|[ \\u00a0]?(?:million|billion|percent|per cent|dollars|euros))';

const shapes = [
  `(?:Q[1-4]|H[12])(?:[ -]|, |/)?(?:FY ?)?${year}`,
  `(?:FY|CY) ?(?:${year}|\\d\\d)`,
  `(?:${ordinal}|[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth) (?:quarter|half)(?: of)? ${year}`,
  `${year}-(?:0[1-9]|1[0-2])-(?:3[01]|[12]\\d|0[1-9])`,
  `${month} ${day},? ${year}`,
  `${day}(?: of)? ${month},? ${year}`,
  `${month},? ${year}`,
  `${month} ${day}`,
  `${day} ${month}`,
  `${year}s`,
  `${year}(?:[/–-]\\d\\d)?`,
  `Q[1-4]`,
].map((shape) => new RegExp(`${start}${shape}${end}`, 'gu'));

/** Days, months, quarters, years and spans of years, as far as they are named absolutely. */
export function findDates(text: string): EntitySpan[] {
  return shapes.flatMap((shape) => spansOf('Date', shape, text));
}

/** First instant of a date as `findDates` finds it, in UTC milliseconds; undefined if it names no year. */
export function dateStartMs(date: string): number | undefined {
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  if (iso) return Date.UTC(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]));
  const named = /(?:1[5-9]|20)\d\d/.exec(date);
  if (!named) return undefined;
  const rest = date.slice(0, named.index) + date.slice(named.index + 4);
  return Date.UTC(Number(named[0]), monthOf(rest), dayOf(rest));
}

function monthOf(date: string): number {
  const quarter = /Q([1-4])/.exec(date);
  if (quarter) return (Number(quarter[1]) - 1) * 3;
  const ordinals = ['first', 'second', 'third', 'fourth'];
  const spelled = ordinals.findIndex((word) => date.toLowerCase().includes(`${word} quarter`));
  if (spelled >= 0) return spelled * 3;
  if (/H2|second half/i.test(date)) return 6;
  const named = monthNames.findIndex((name) => date.includes(name.slice(0, 3)));
  return Math.max(0, named);
}

function dayOf(date: string): number {
  const hasMonth = monthNames.some((name) => date.includes(name.slice(0, 3)));
  const named = hasMonth ? /\d{1,2}/.exec(date) : null;
  return named ? Number(named[0]) : 1;
}
