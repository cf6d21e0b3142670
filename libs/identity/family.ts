import { exactTypes, foldedName, foldedStem } from './canonical-name.js';
import { personWords } from './short-name.js';

/** Longer keys tell no more names apart that anybody writes. */
const keyCharsMax = 200;

/** Types that tell in whose company a name stands. */
export const companionTypes: readonly string[] = ['Person', 'Organization', 'Product'];

/**
 * Key of the names that might be one thing under several spellings: people of one surname, companies of one name
 * whatever their legal form, else what differs in case and marks alone. It depends on the words only, so everybody who
 * meets a name knows whom to wait for. Null for amounts and dates, which are what they are written as.
 */
export function familyOf(namespace: string, type: string, name: string): string | null {
  if (exactTypes.has(type)) return null;
  return `${namespace}/${type}/${headOf(type, name)}`.slice(0, keyCharsMax).toWellFormed();
}

/** The namespace that a family's key begins with; it has no slash. */
export function namespaceOf(family: string): string {
  return family.slice(0, family.indexOf('/'));
}

function headOf(type: string, name: string): string {
  if (type === 'Person') return personWords(name).at(-1) ?? '';
  return (type === 'Organization' ? foldedStem(name) : undefined) ?? foldedName(type, name);
}
