import { personName } from './person-name.js';

/** How legal forms are written, and the one form that names keep. */
const legalForms: readonly (readonly [RegExp, string])[] = [
  [/^corp(?:oration)?\.?$/i, 'Corporation'],
  [/^inc(?:orporated)?\.?$/i, 'Inc.'],
  [/^(?:ltd|limited)\.?$/i, 'Ltd.'],
  [/^l\.?l\.?c\.?$/i, 'LLC'],
  [/^(?:plc|p\.l\.c\.)$/i, 'plc'],
  [/^gmbh$/i, 'GmbH'],
];

/** One spelling for one name: composed letters, straight apostrophes, single spaces. */
export function entityName(name: string): string {
  return name.normalize('NFC').replaceAll(/[’ʼ]/g, "'").replaceAll(/\s+/g, ' ').trim();
}

/**
 * The name that an entity is known by, whoever writes it in whatever document: it depends on the words alone. `ACME
 * Corp.` and `ACME, Corporation` are `ACME Corporation`; a legal form is never left out, as another company may bear
 * the same name with another one. Of a person, what follows the name is no part of it: `J. Smith, CEO` is `J. Smith`.
 */
export function canonicalName(type: string, name: string): string {
  const plain = entityName(name);
  if (type === 'Person') return personName(plain);
  if (type !== 'Organization') return plain;
  const words = plain.split(' ');
  const last = words.at(-1) ?? '';
  const form = legalForms.find(([written]) => written.test(last))?.[1];
  if (form === undefined || words.length === 1) return plain;
  return `${words.slice(0, -1).join(' ').replace(/,$/, '')} ${form}`;
}

/** Amounts and dates: a point or a sign makes another one of them. */
export const exactTypes: ReadonlySet<string> = new Set(['Money', 'Percent', 'Date']);

/**
 * What spellings of one name share: the letters without case and marks, without full stops, apostrophes and hyphens.
 */
export function foldedName(type: string, name: string): string {
  if (exactTypes.has(type)) return name.toLowerCase();
  const letters = name.normalize('NFKD').toLowerCase().replaceAll(/\p{M}/gu, '');
  const words = letters
    .replaceAll(/'|\.(?!\p{N})/gu, '')
    .replaceAll(/[\s,‐–-]+/g, ' ')
    .trim();
  return words === '' ? name.toLowerCase() : words;
}

/** The name of a company without its legal form, folded; undefined if it has none. */
export function foldedStem(name: string): string | undefined {
  const words = name.split(' ');
  const isForm = legalForms.some(([, form]) => form === words.at(-1));
  return isForm && words.length > 1 ? foldedName('Organization', words.slice(0, -1).join(' ')) : undefined;
}
