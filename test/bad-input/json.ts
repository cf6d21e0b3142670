import { input, type BadInput, type Outcome } from './bad-input.js';

const json = (what: string, text: () => string, outcome: Outcome | string, name = 'a.json'): BadInput =>
  input(`JSON: ${what}`, name, text, outcome);
const deep = (open: string, close: string, times: number): string => open.repeat(times) + close.repeat(times);

export const jsonInputs: readonly BadInput[] = [
  json('cut off', () => '{"a": [1, 2', 'corrupt'),
  json('a word', () => '{"a": nothing}', 'corrupt'),
  json('single quotes', () => "{'a': 'b'}", 'corrupt'),
  json('a comma too many', () => '{"a": 1,}', 'corrupt'),
  json('two values', () => '{"a": 1} trailing', 'corrupt'),
  json('a comment', () => '{"a": 1 /* b */}', 'corrupt'),
  json('NaN', () => '{"a": NaN}', 'corrupt'),
  json('a line break in a text', () => '{"a": "b\nc"}', 'corrupt'),
  json('nothing', () => '   \n', 'empty'),
  json('an empty object', () => '{}', 'empty'),
  json('an empty list of empty lists', () => '{"a": [[], [[]], {}]}', 'empty'),
  json('only null', () => '{"a": null, "b": ""}', 'empty'),
  json('arrays 100,000 deep', () => deep('[', ']', 100_000), 'corrupt'),
  json('objects 100,000 deep', () => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'corrupt'),
  json('arrays 101 deep in an object', () => `{"a": ${deep('[', ']', 101)}}`, 'corrupt'),
  json('a prototype', () => '{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": 1}, "a": "gauge"}', {
    text: /__proto__\.polluted: yes[^]*a: gauge/u,
  }),
  json('a number beyond all numbers', () => '{"a": 1e400, "b": -1e400}', { text: /a: 1e400[^]*b: -1e400/u }),
  json('a number with many digits', () => '{"a": 12345678901234567890.123456789}', {
    text: 'a: 12345678901234567890.123456789',
  }),
  json('a number of a million digits', () => `{"a": ${'9'.repeat(1_000_000)}}`, { text: /9{100}/u }),
  json('keys twice', () => '{"a": "first", "a": "second"}', { text: 'a: second' }),
  json('20,000 keys', () => `{${Array.from({ length: 20_000 }, (_, n) => `"k${n}": ${n}`).join(',')}}`, {
    text: /k19999: 19999/u,
  }),
  json('half a surrogate pair', () => '{"a": "x\\ud800y", "\\udfff": "z"}', {
    text: /x\ufffdy/u,
    without: /[\ud800-\udfff]/u,
  }),
  json('NUL in a value and a key', () => '{"a\\u0000b": "c\\u0000d"}', { text: 'ab: cd', warning: /NUL/u }),
  json('NUL in a name of nothing', () => '{"a\\u0000b": null, "c": "gauge"}', { text: 'c: gauge', warning: /NUL/u }),
  json('the word for NUL', () => '{"a": "\\\\u0000"}', { text: 'a: \\u0000', withoutWarning: true }),
  json('a separator of lines in a value', () => '{"a": "b\u2028c"}', { text: 'a: b\nc' }),
  json(
    'lines with NUL',
    () => '{"a": "b\\u0000c"}\n{"a": "d"}\n',
    { text: 'a: bc\n\na: d', warning: /NUL/u },
    'a.ndjson',
  ),
  json(
    'lines with a separator of lines in a value',
    () => '{"a": "b\u2028c"}\n{"a": "d"}\n',
    { text: 'a: b\nc\n\na: d' },
    'a.ndjson',
  ),
  json('NUL as a byte', () => '{"a": "b\0c"}', { text: 'a: bc', warning: /NUL/u }),
  json('a mark in front', () => '\ufeff{"a": "gauge"}', { text: 'a: gauge' }),
  json('UTF-7', () => '{"a": "+ADw-script+AD4-"}', { text: 'a: +ADw-script+AD4-' }),
  json('lines, one of them broken', () => '{"a": 1}\n{"a": 2}\n{"a": \n{"a": 4}\n', { refused: 'corrupt' }, 'a.ndjson'),
  json('lines, one of them deep', () => `{"a": 1}\n{"a": 2}\n${deep('[', ']', 5_000)}\n`, 'corrupt', 'a.ndjson'),
  json(
    'lines, a million of them empty',
    () => `{"a": 1}\n{"a": 2}\n${'\n'.repeat(1_000_000)}`,
    { text: 'a: 1\n\na: 2' },
    'a.ndjson',
  ),
];
