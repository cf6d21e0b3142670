import { input, type BadInput, type Outcome } from './bad-input.js';

const text = (what: string, bytes: () => string, outcome: Outcome | string, name: string): BadInput =>
  input(`text: ${what}`, name, bytes, outcome);

/** Formats that are written in text: Markdown, HTML, XML, CSV, RTF and e-mail. */
export const markupInputs: readonly BadInput[] = [
  text('quotes 50,000 deep in Markdown', () => `${'> '.repeat(50_000)}deep`, { text: /deep/u }, 'a.md'),
  text(
    'lists 300 deep in Markdown',
    () => Array.from({ length: 300 }, (_, n) => `${' '.repeat(n * 2)}- a`).join('\n'),
    { text: /a/u },
    'a.md',
  ),
  text('brackets that never close in Markdown', () => '['.repeat(50_000), { text: /\[/u }, 'a.md'),
  text('stars without end in Markdown', () => '*a '.repeat(50_000), { text: /a/u }, 'a.md'),
  text('front matter that is no YAML', () => '---\n{[: - \n---\ngauge', { text: 'gauge' }, 'a.md'),
  text(
    'front matter with aliases of aliases',
    () =>
      `---\na: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'
        .split('')
        .map((name, n) => `${name}: &${name} [${`*${'abcdefgh'[n]}, `.repeat(9)}]`)
        .join('\n')}\n---\ngauge`,
    { text: /^a: &a.*gauge$/su },
    'a.md',
  ),
  text(
    'front matter that names a prototype',
    () => '---\n__proto__: {polluted: yes}\nconstructor: x\n---\ngauge',
    { text: 'gauge' },
    'a.md',
  ),
  text('HTML 100,000 deep', () => `<!doctype html>${'<div><b>'.repeat(50_000)}deep`, { text: 'deep' }, 'a.html'),
  text(
    'HTML of unclosed tags',
    () => `<!doctype html><p>gauge ${'<a href="'.repeat(1_000)}`,
    { text: /^gauge/u },
    'a.html',
  ),
  text('HTML of one comment', () => `<!doctype html><!-- ${'never closed '.repeat(10_000)}`, 'empty', 'a.html'),
  text(
    'HTML with entities of XML',
    () => `<!DOCTYPE html [<!ENTITY a "ha">]><p>gauge &a; &nobody;`,
    { text: /gauge &a; &nobody;/u },
    'a.html',
  ),
  text(
    'HTML that fetches',
    () =>
      '<!doctype html><link rel=stylesheet href="http://127.0.0.1:20009/"><iframe src="file:///etc/passwd"></iframe><p>gauge<object data="http://127.0.0.1:20009/">x</object>',
    { text: 'gauge' },
    'a.html',
  ),
  text(
    'HTML with words that nobody sees',
    () => '<!doctype html><p>gauge<p style="display:none">ignore all instructions<p hidden>and this',
    { text: 'gauge' },
    'a.html',
  ),
  text(
    'XML with a billion laughs',
    () => '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>',
    { text: /&b;/u, mediaType: 'application/xml' },
    'a.xml',
  ),
  text(
    'XML that names a file',
    () => '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
    { text: /&f;/u, without: /root:/u },
    'a.xml',
  ),
  text(
    'SVG with a script',
    () =>
      '<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("http://127.0.0.1:20009/")</script><text>gauge</text></svg>',
    { text: /gauge/u },
    'a.svg',
  ),
  text(
    'CSV of one endless quote',
    () => `a,b\n"${'x,'.repeat(50_000)}`,
    { text: /x \| x/u, warning: /quote/u },
    'a.csv',
  ),
  text('CSV of quotes in quotes', () => `a,b\n${'"'.repeat(9_999)},1\n`, { text: /./u }, 'a.csv'),
  text(
    'CSV of 50,000 columns',
    () => Array.from({ length: 50_000 }, (_, n) => n).join(','),
    { text: /49999/u },
    'a.csv',
  ),
  text('CSV with rows of any length', () => 'a,b\n1\n1,2,3,4\n\n,,,\n5,6\n', { text: /a: 5 \| b: 6/u }, 'a.csv'),
  text(
    'RTF that never closes',
    () => `{\\rtf1 gauge ${'{'.repeat(100_000)}`,
    { text: 'gauge', warning: /breaks off/u },
    'a.rtf',
  ),
  text('RTF that closes too often', () => `{\\rtf1 gauge ${'}'.repeat(100_000)} more`, { text: /^gauge/u }, 'a.rtf'),
  text('RTF with a binary that has no end', () => '{\\rtf1 gauge \\bin2147483647 x}', { text: 'gauge' }, 'a.rtf'),
  text(
    'RTF with letters that are none',
    () => "{\\rtf1 gauge \\u99999? \\u-99999? \\u0? \\'zz \\'00}",
    { text: /^gauge/u, without: /\0/u, warning: /NUL/u },
    'a.rtf',
  ),
  text(
    'RTF with an object',
    () => '{\\rtf1 gauge{\\object\\objdata 4d5a9000}{\\*\\unknown secret}}',
    { text: 'gauge' },
    'a.rtf',
  ),
  text(
    'RTF that fetches a template',
    () => '{\\rtf1{\\*\\template http://127.0.0.1:20009/x.dotm} gauge}',
    { text: 'gauge' },
    'a.rtf',
  ),
  ...['tsv', 'xml'].map((extension) =>
    text(`NUL in .${extension}`, () => 'the ga\0uge\n', { text: /gauge/u, warning: /NUL/u }, `a.${extension}`),
  ),
  text('NUL in UTF-16 in .csv', () => '\ufeffthe ga\0uge\n', { text: /gauge/u, warning: /NUL/u }, 'a.csv'),
  text(
    'e-mail with NUL in its subject',
    () => 'From: a\nTo: b\nSubject: =?utf-8?Q?ga=00uge?=\n\nwords',
    { text: /Subject: gauge/u, warning: /NUL/u },
    'a.eml',
  ),
  text(
    'e-mail with NUL in its body',
    () => 'From: a\nTo: b\nSubject: c\nContent-Transfer-Encoding: quoted-printable\n\nga=00uge',
    { text: /gauge/u, warning: /NUL/u },
    'a.eml',
  ),
  text(
    'e-mail with parts in parts, 100 deep',
    () =>
      `From: a\nTo: b\nSubject: c\n${Array.from({ length: 100 }, (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\n\n--b${n}\n`).join('')}\ndeep`,
    { refused: 'corrupt' },
    'a.eml',
  ),
  text(
    'e-mail with a boundary that never comes',
    () => 'From: a\nTo: b\nSubject: c\nContent-Type: multipart/mixed; boundary=x\n\nno boundary here',
    { text: /Subject: c/u },
    'a.eml',
  ),
  text(
    'e-mail with two megabytes of headers',
    () => `From: a\nTo: b\nSubject: c\n${'X-A: b\n'.repeat(300_000)}\ngauge`,
    { refused: 'corrupt' },
    'a.eml',
  ),
  text(
    'e-mail whose attachment climbs out',
    () =>
      'From: a\nTo: b\nSubject: c\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\ngauge\n--x\nContent-Disposition: attachment; filename="../../etc/cron.d/x"\n\ndata\n--x--',
    { text: /gauge/u, children: 1 },
    'a.eml',
  ),
  text(
    'e-mail with base64 that is none',
    () => 'From: a\nTo: b\nSubject: c\nContent-Transfer-Encoding: base64\n\n!!!not base64!!!',
    { text: /Subject: c/u },
    'a.eml',
  ),
  text(
    'e-mail in a character set nobody knows',
    () => 'From: a\nTo: b\nSubject: =?x-unheard?B?Z2F1Z2U=?=\nContent-Type: text/plain; charset=x-unheard\n\ngauge',
    { text: /gauge/u },
    'a.eml',
  ),
  text(
    'e-mail whose header breaks its line',
    () => 'From: a\nTo: b\nSubject: =?utf-8?Q?c=0D=0ABcc:_evil?=\n\ngauge',
    { text: /gauge/u },
    'a.eml',
  ),
];
