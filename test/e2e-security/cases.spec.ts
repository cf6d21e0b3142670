import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { caseClasses, type CaseClass } from './cases.js';
import { hostileWords } from './hostile-words.js';

const checkout = new URL('../../', import.meta.url);

function row({ name, cases, files }: CaseClass): string {
  const links = files.map((file) => `[${basename(file)}](../${file})`);
  return `| ${name} | ${cases} | ${links.join(', ')} |`;
}

describe('the cases that docs/security.md counts', () => {
  const classes = caseClasses();

  it('are as many as the tables of the tests hold', () => {
    const text = readFileSync(new URL('docs/security.md', checkout), 'utf8');
    const [, table = ''] = /\n\| class \| cases \| tests \|\n\| --- \| --- \| --- \|\n((?:\|.*\n)+)/.exec(text) ?? [];

    expect(table.trimEnd().split('\n')).toEqual(classes.map(row));
  });

  it('stand in files that are there', () => {
    for (const file of classes.flatMap(({ files }) => files)) expect(existsSync(new URL(file, checkout))).toBe(true);
  });

  it('are some of every class, and each word is another', () => {
    expect(classes.filter(({ cases }) => cases < 5)).toEqual([]);
    expect(new Set(hostileWords.map(({ words }) => words)).size).toBe(hostileWords.length);
    expect(hostileWords.length).toBeGreaterThanOrEqual(80);
  });
});
