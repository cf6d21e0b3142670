import { readFileSync } from 'node:fs';

import { input, type BadInput } from './bad-input.js';

const file = (name: string): Buffer => readFileSync(new URL(`files/${name}`, import.meta.url));

/** What old programs write, and what they wrap a document with a password in. */
export const compoundInputs: readonly BadInput[] = [
  input('a workbook of an old Excel', 'a.xls', () => file('old.xls'), 'unsupported'),
  input('a document of an old Word', 'a.doc', () => file('old.doc'), 'unsupported'),
  input('a presentation of an old PowerPoint', 'a.ppt', () => file('old.ppt'), 'unsupported'),
  input('a Word document with a password', 'a.docx', () => file('password.docx'), 'encrypted'),
  input('a compound file of nobody', 'a.msg', () => file('nobody.msg'), 'unsupported'),
];
