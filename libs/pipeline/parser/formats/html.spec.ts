import { describe, expect, it } from '@jest/globals';

import { Cleaning } from './cleaning.js';
import { DocumentText } from './document-text.js';
import { addHtml } from './html.js';

function textOf(html: string, address?: string): string {
  const document = new DocumentText(new Cleaning());
  addHtml(document, html, address);
  return document.finish().text;
}

/** Time that this process worked since, whatever else the machine does. */
function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('HTML', () => {
  it.each<[string, string, string]>([
    [
      'of the web',
      '<p>See <a href="https://lindenau.example/a">the hall</a>.',
      'See the hall (https://lindenau.example/a).',
    ],
    ['of mail', '<p><a href="mailto:m@lindenau.example">Marta</a>', 'Marta (m@lindenau.example)'],
    ['within a site that nobody knows', '<p><a href="/pumps">Pumps</a> <a href="#top">Top</a>', 'Pumps Top'],
    ['that the words say', '<p><a href="https://lindenau.example/">lindenau.example</a>', 'lindenau.example'],
    ['without words', '<p>A <a href="https://lindenau.example"><img></a> b', 'A b'],
    ['that would run a script', '<p><a href="javascript:alert(1)">Run</a>', 'Run'],
    [
      'left open',
      '<p>A <a href="https://a.example">b <a href="https://c.example">c</a>',
      'A b (https://a.example) c (https://c.example)',
    ],
    ['in a table', '<table><tr><td><a href="https://a.example">b</a><td>c</table>', 'b (https://a.example) | c'],
  ])('keeps links %s readable', (_what, html, text) => {
    expect(textOf(html)).toBe(text);
  });

  it.each([
    ['from the root', '<a href="/pumps?p=2#one">Pumps</a>', 'Pumps (https://lindenau.example/pumps?p=2#one)'],
    ['beside the page', '<a href="gauge.html">Gauge</a>', 'Gauge (https://lindenau.example/town/gauge.html)'],
    ['on another site', '<a href="//a.example/b">B</a>', 'B (https://a.example/b)'],
    ['whole', '<a href="http://a.example">A</a>', 'A (http://a.example)'],
    ['on the page', '<a href="#top">Top</a> <a href="works.html#end">End</a> <a href="">Self</a>', 'Top End Self'],
    ['that is none', '<a href="javascript:go()">Go</a> <a href="//">No</a>', 'Go No'],
    [
      'that the page has its own base for',
      '<base href="/old/"><base href="/ignored/"><a href="b.html">B</a>',
      'B (https://lindenau.example/old/b.html)',
    ],
  ])('shows an address %s as the web knows it, where that of the page is known', (_what, html, text) => {
    expect(textOf(html, 'https://lindenau.example/town/works.html#start')).toBe(text);
  });

  it('shows addresses within the site where the page says itself what they are seen from', () => {
    expect(textOf('<base href="https://lindenau.example/a/"><p><a href="b">B</a>')).toBe(
      'B (https://lindenau.example/a/b)',
    );
  });

  it.each<[string, string, string]>([
    ['a paragraph', '<p hidden>secret <b>words<p>one</p><p>two', 'one\n\ntwo'],
    ['a paragraph at the end of its box', '<div><p hidden>secret</div>one', 'one'],
    ['an item', '<ul><li hidden>secret<ul><li>deeper</ul>more<li>one<li>two</ul>three', 'one\n\ntwo\n\nthree'],
    ['the last item', '<ul><li>one<li hidden><p>secret</ul><p>two', 'one\n\ntwo'],
    [
      'a row',
      '<table><tr style="display: none"><td>secret<table><tr><td>x</table><td>y<tr><td>one<td>two</table><p>three',
      'one | two\n\nthree',
    ],
    ['the last cell', '<table><tr><td>one<td hidden>secret<tr><td>two</table>three', 'one\ntwo\n\nthree'],
    ['a box with boxes', '<div hidden><div>secret<p>x</div><span>y</span></div>one', 'one'],
    ['a picture', '<svg><g><path/><title>x</title></g></svg>one', 'one'],
    ['a choice', '<select><option>x<option>y</select>one', 'one'],
    ['a span', '<p>one <span hidden>x<span>y</span>z</span>two', 'one two'],
  ])('passes over %s that is hidden, and over nothing behind it', (_what, html, text) => {
    expect(textOf(html)).toBe(text);
  });

  it('finds the end of what is hidden in a time that grows with its length only', () => {
    const html = `<div hidden>${'<div><li>'.repeat(30_000)}${'</td>'.repeat(30_000)}${'</div>'.repeat(30_001)}end`;

    const before = process.cpuUsage();
    const text = textOf(html);

    expect(text).toBe('end');
    expect(cpuMs(before)).toBeLessThan(5_000);
  });

  it('reads a table of one endless row in a time that grows with its length only', () => {
    const cells = (count: number): string => `<table>${'<td>'.repeat(count)}end</table>`;

    const before = process.cpuUsage();
    const text = textOf(cells(200_000));

    expect(text).toBe('end');
    expect(cpuMs(before)).toBeLessThan(10_000);
  });
});

const links = (...words: string[]): string => words.map((word) => `<li><a href="/${word}">${word}</a></li>`).join('\n');
const prose =
  'The waterworks of Lindenau have pumped spring water into the town since the summer of 1893. Two engines, built in ' +
  'the harbour and carried up the hill by oxen, filled a brick tank of <a href="/tank">four hundred cubic metres</a> ' +
  'every night. The tank still stands.';
const words = prose.replace(/<[^>]+>/gu, '');

describe('a page that tells its furniture by names and roles only', () => {
  it('gives the content of a page of boxes', () => {
    const page = `<body class="with-sidebar"><div id="wrapper">
      <div id="top-nav" class="nav"><ul>${links('Home', 'News', 'Contact')}</ul></div>
      <p id="breadcrumbs"><a href="/">Home</a> › <a href="/works">Works</a> ›</p>
      <div id="sidebar"><h3>Archive</h3><ul>${links('January 2025', 'February 2025')}</ul></div>
      <div id="content"><h1><a href="/works">The waterworks</a></h1><div><p>${prose}</p></div></div>
      <div class="site-footer"><p>© 2025 Town of Lindenau</p></div>
      </div></body>`;

    expect(textOf(page)).toBe(`The waterworks\n\n${words}`);
  });

  it('gives the main part of a page that says its roles', () => {
    const page = `<div role="banner"><p>Town of Lindenau</p></div><div role="navigation">${links('Home', 'News')}</div>
      <div class="columns"><div role="main" class="site-main">
        <div class="entry"><h1>The waterworks</h1><p>${prose}</p></div>
        <div class="post-navigation"><a href="/a">The older post</a> <a href="/b">The newer post</a></div>
      </div><div role="complementary"><p>The town hall is closed on Fridays.</p></div></div>
      <div role="contentinfo"><p>Imprint</p></div>`;

    expect(textOf(page)).toBe(`The waterworks\n\n${words}`);
  });

  it('keeps what an article says of itself at its foot, and its own table of contents', () => {
    const page = `<main><article><ul class="contents">${links('One', 'Two')}</ul><p>${prose}</p>
      <div class="footer">Marta Blum, 6 January 2025</div></article></main>`;

    expect(textOf(page)).toBe(`One\n\nTwo\n\n${words}\n\nMarta Blum, 6 January 2025`);
  });
});

describe('a page whose text stands in a box that is called like furniture', () => {
  it.each([
    ['all of it', `<div class="sidebar"><h1>The waterworks</h1><p>${prose}</p></div>`, `The waterworks\n\n${words}`],
    [
      'beside a few words',
      `<p>Skip to content</p><div id="menu"><h1>Trattoria</h1><p>Soup 6 €<p>Trout 14 €</div>`,
      'Skip to content\n\nTrattoria\n\nSoup 6 €\n\nTrout 14 €',
    ],
    [
      'and is links',
      `<h1>Works</h1><ul class="menu">${links('Pumps', 'Galleries', 'Tanks', 'Meters')}</ul>`,
      'Works\n\nPumps\n\nGalleries\n\nTanks\n\nMeters',
    ],
    [
      'by its role',
      `<p>Skip to content</p><div role="complementary"><p>${prose}</p></div>`,
      `Skip to content\n\n${words}`,
    ],
    [
      'by the role of a box around the main one',
      `<div role="search"><div role="main"><p>${prose}</p></div>Go</div>`,
      words,
    ],
    ['that is never closed', `<div class="nav">${links('Home')}<p>${prose}`, `Home\n\n${words}`],
    ['behind a link that is never closed', `<div class="nav"><a href="/top"><p>${prose}</div>`, words],
    [
      'with navigation in it',
      `<div class="sidebar-left-layout"><div class="nav">${links('Home', 'News')}</div><p>${prose}</p></div>`,
      words,
    ],
    ['in a table', `<table><tr><td class="nav"><a href="/">Home</a><td>${words}</table>`, `Home | ${words}`],
  ])('is read: %s', (_what, page, text) => {
    expect(textOf(page)).toBe(text);
  });

  it('is read in a time that grows with its length only, however deep such boxes lie in one another', () => {
    const page = `${'<div class="nav"><p class="menu">x'.repeat(20_000)}${'</div>'.repeat(20_000)}`;

    const before = process.cpuUsage();
    textOf(page);

    expect(cpuMs(before)).toBeLessThan(5_000);
  });
});
