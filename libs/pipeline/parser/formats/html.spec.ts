import { describe, expect, it } from '@jest/globals';

import { DocumentText } from './document-text.js';
import { addHtml } from './html.js';

async function textOf(html: string): Promise<string> {
  const document = new DocumentText();
  await addHtml(document, html, () => Promise.resolve());
  return document.finish().text;
}

describe('HTML', () => {
  it.each<[string, string, string]>([
    [
      'of the web',
      '<p>See <a href="https://lindenau.example/a">the hall</a>.',
      'See the hall (https://lindenau.example/a).',
    ],
    ['of mail', '<p><a href="mailto:m@lindenau.example">Marta</a>', 'Marta (m@lindenau.example)'],
    ['within the site', '<p><a href="/pumps">Pumps</a> <a href="#top">Top</a>', 'Pumps Top'],
    ['that the words say', '<p><a href="https://lindenau.example/">lindenau.example</a>', 'lindenau.example'],
    ['without words', '<p>A <a href="https://lindenau.example"><img></a> b', 'A b'],
    ['that would run a script', '<p><a href="javascript:alert(1)">Run</a>', 'Run'],
    [
      'left open',
      '<p>A <a href="https://a.example">b <a href="https://c.example">c</a>',
      'A b (https://a.example) c (https://c.example)',
    ],
    ['in a table', '<table><tr><td><a href="https://a.example">b</a><td>c</table>', 'b (https://a.example) | c'],
  ])('keeps links %s readable', async (_what, html, text) => {
    expect(await textOf(html)).toBe(text);
  });

  it('reads a table of one endless row in a time that grows with its length only', async () => {
    const cells = (count: number): string => `<table>${'<td>'.repeat(count)}end</table>`;

    const started = performance.now();
    const text = await textOf(cells(200_000));
    const tookMs = performance.now() - started;

    expect(text).toBe('end');
    expect(tookMs).toBeLessThan(10_000);
  });
});
