import { input, type BadInput, type Outcome } from './bad-input.js';
import { endlessDeflate, zipOf, type Member } from './zip-bytes.js';

const prose = 'Marta winds the gauge.';
const member = (name: string | Buffer, more: Partial<Member> = {}): Member => ({ name, data: prose, ...more });
const zip = (
  what: string,
  members: () => readonly Member[],
  outcome: Outcome | string,
  says: Parameters<typeof zipOf>[1] = {},
): BadInput => input(`archive: ${what}`, 'a.zip', () => zipOf(members(), says), outcome);
const one = (what: string, more: Partial<Member>, outcome: Outcome | string): BadInput =>
  zip(what, () => [member('a.txt', more)], outcome);
const named = (what: string, name: string | Buffer, outcome: Outcome | string): BadInput =>
  zip(`a name that ${what}`, () => [member(name)], outcome);

/** Sixteen archives in each archive, as deep as asked for. */
export function nested(depth: number): Buffer {
  if (depth === 0) return zipOf([member('bottom.txt')]);
  const inner = nested(depth - 1);
  return zipOf(Array.from({ length: 16 }, (_, n) => ({ name: `lib ${n}.zip`, data: inner })));
}

/** Names that lead out of wherever they are unpacked. */
export const escapes: Readonly<Record<string, string>> = {
  'climbs out': '../../etc/cron.d/x',
  'climbs out in the middle': 'a/../../../x',
  'starts at the root': '/etc/passwd',
  'climbs out as Windows writes it': '..\\..\\x',
  'starts at a drive': 'C:\\Windows\\x',
  'starts at a drive with a slash': 'C:/x',
  'starts with a backslash': '\\x',
};
const odd: Readonly<Record<string, string | Buffer>> = {
  'holds NUL': 'a\0b.txt',
  'is a device': 'CON',
  'is a device with an extension': 'aux.txt',
  'turns the direction of writing': 'a\u202etxt.exe',
  'is 4 KB long': `${'n'.repeat(4_000)}.txt`,
  'holds line breaks': 'a\nb\r\nc.txt',
  'is a script': '<script>alert(1)</script>.txt',
  'ends a SQL statement': "a'; DROP TABLE penstock.live_chunks; --.txt",
  'ends a label': 'a`}) DETACH DELETE n.txt',
  'is not UTF-8': Buffer.from([0xff, 0xfe, 0x80, 0x2e, 0x74]),
  'is half a surrogate pair': Buffer.from([0xed, 0xa0, 0x80, 0x2e, 0x74]),
  'is a dot with spaces': 'a . . .txt',
  'is an address': 'http:__127.0.0.1_x',
  'has a hundred folders': `${'f/'.repeat(100)}x.txt`,
  'is emoji': '🫖.txt',
};

export const archiveInputs: readonly BadInput[] = [
  ...Object.entries(escapes).map(([what, name]) => named(what, name, 'unsafe-path')),
  ...Object.entries(odd).map(([what, name]) =>
    named(what, name, { text: /\(22 bytes\)/u, children: 1, without: /\0/u }),
  ),
  input('archive: archives in archives, five deep', 'a.zip', () => nested(5), { text: /lib 15\.zip/u, children: 16 }),
  zip(
    'the same bytes behind 300 names',
    () => Array.from({ length: 300 }, (_, n) => (n === 0 ? member('0') : member(`${n}`, { sameAs: 0 }))),
    'corrupt',
  ),
  one(
    'ten gigabytes of zeros',
    { packed: endlessDeflate(Buffer.alloc(1_048_576), 10_240), saysBytes: 0xfffffffe },
    'too-large',
  ),
  one(
    'ten gigabytes of zeros that call themselves small',
    { packed: endlessDeflate(Buffer.alloc(1_048_576), 10_240), saysBytes: 1_000 },
    { refused: ['too-large', 'corrupt'] },
  ),
  one(
    '19 MB of zeros, a thousand times their size',
    { packed: endlessDeflate(Buffer.alloc(1_048_576), 19), saysBytes: 19 * 1_048_576 },
    'too-large',
  ),
  zip(
    '30 MB in three members',
    () => [1, 2, 3].map((n) => ({ name: `${n}`, data: Buffer.alloc(10_000_000, `${prose} ${n} `) })),
    'too-large',
  ),
  zip(
    '100,000 entries',
    () => Array.from({ length: 100_000 }, (_, n) => ({ name: `${n}`, packed: Buffer.alloc(0), method: 0 })),
    { refused: ['too-large', 'corrupt'] },
  ),
  zip(
    '20,000 entries',
    () => Array.from({ length: 20_000 }, (_, n) => ({ name: `${n}`, packed: Buffer.alloc(0), method: 0 })),
    'too-large',
  ),
  zip('101 files, one over the limit', () => Array.from({ length: 101 }, (_, n) => member(`${n}.txt`)), 'too-large'),
  zip('more entries than it has', () => [member('a.txt')], 'corrupt', { entries: 9 }),
  zip('a directory behind its end', () => [member('a.txt')], 'corrupt', { offset: 1_000_000 }),
  zip('a directory in the middle of a member', () => [member('a.txt')], 'corrupt', { offset: 12 }),
  zip(
    'a comment that looks like another end',
    () => [member('a.txt')],
    { refused: ['corrupt', 'empty'] },
    { comment: `PK\x05\x06${'\0'.repeat(18)}` },
  ),
  one('a size that is too small', { saysBytes: 3 }, 'corrupt'),
  one('a size that is too large', { saysBytes: 999 }, 'corrupt'),
  one('a wrong checksum', { saysCrc: 7 }, 'corrupt'),
  one('a packing nobody knows', { method: 77 }, 'unsupported'),
  one('packed as bzip2', { method: 12 }, 'unsupported'),
  one('packed as LZMA', { method: 14 }, 'unsupported'),
  one('bytes that were never packed', { packed: Buffer.from('not deflated at all, really') }, 'corrupt'),
  one(
    'packed bytes cut off',
    { packed: endlessDeflate('gauge '.repeat(100), 3).subarray(0, 9), saysBytes: 1_800 },
    'corrupt',
  ),
  one('a password', { flags: 0x801 }, 'encrypted'),
  one('strong encryption', { flags: 0x841, method: 99 }, 'encrypted'),
  zip('nothing', () => [], 'empty'),
  zip(
    'folders only',
    () => [
      { name: 'a/', packed: Buffer.alloc(0), method: 0 },
      { name: 'a/b/', packed: Buffer.alloc(0), method: 0 },
    ],
    'empty',
  ),
  zip(
    'what file managers leave behind',
    () => [member('__MACOSX/._a.txt'), member('.DS_Store'), member('Thumbs.db')],
    'empty',
  ),
  zip(
    'a symbolic link to a secret',
    () => [member('a.txt'), { name: 'link', data: '/etc/passwd', attributes: 0xa1ff0000 }],
    { text: /a\.txt/u, without: /link/u, children: 1, warning: /1 symbolic link/u },
  ),
  zip('symbolic links only', () => [{ name: 'link', data: '/etc/passwd', attributes: 0xa1ff0000 }], 'empty'),
  zip('two members of one name', () => [member('a.txt'), member('a.txt', { data: 'other' })], 'corrupt'),
  zip('an empty member among others', () => [member('a.txt'), member('b.txt', { data: '' })], {
    text: /b\.txt \(0 bytes\)/u,
    children: 1,
    warning: /b\.txt \(empty\)/u,
  }),
  zip('pictures and music', () => [member('a.png'), member('b.txt')], {
    text: /a\.png/u,
    children: 1,
    warning: /not read: a\.png/u,
  }),
  input('archive: only its end', 'a.zip', () => zipOf([]).subarray(0, 18), 'corrupt'),
  input(
    'archive: a picture in front',
    'a.zip',
    () => Buffer.concat([Buffer.from('GIF89a\x01\0\x01\0\0\0\0', 'latin1'), zipOf([member('a.txt')])]),
    'unsupported',
  ),
  input(
    'archive: in several volumes',
    'a.zip',
    () => {
      const bytes = zipOf([member('a.txt')]);
      bytes.writeUInt16LE(3, bytes.length - 18);
      return bytes;
    },
    { refused: ['corrupt', 'unsupported'] },
  ),
];
