import { describe, expect, it } from '@jest/globals';

import { markdownPieces } from './markdown-pieces.js';

describe('pieces of Markdown', () => {
  it('lose nothing and never part fenced code that has a reasonable size', () => {
    const code = `\`\`\`\n${'line\n\n'.repeat(10_000)}\`\`\`\n\n`;
    const text = `${'Some words here.\n\n'.repeat(3_000)}${code}${'More words.\n\n'.repeat(3_000)}`;

    const pieces = [...markdownPieces(text)];

    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect((piece.text.match(/^```/gmu) ?? []).length % 2).toBe(0);
  });

  it('hand one endless line over as plain text', () => {
    const pieces = [...markdownPieces(`# Title\n${'x'.repeat(200_000)}\nend`)];

    expect(pieces.map(({ isMarkdown }) => isMarkdown)).toEqual([true, false, true]);
  });
});
