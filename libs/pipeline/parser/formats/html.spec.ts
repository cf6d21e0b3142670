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
