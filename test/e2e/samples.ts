import { readFileSync } from 'node:fs';

/** Text of one of the documents that come with Penstock. */
export function sample(name: string): string {
  return readFileSync(new URL(`../../samples/${name}`, import.meta.url), 'utf8');
}

export const acmeReport = sample('acme-q4-2024.txt');

/** What extraction must find in the ACME report, by name and type. */
export const acmeEntities: Readonly<Record<string, string>> = {
  'ACME Corporation': 'Organization',
  'Bosch Technologies': 'Organization',
  'Widget Manufacturing': 'Organization',
  'John Smith': 'Person',
  '$5.2M': 'Money',
  '15%': 'Percent',
  'Q4 2024': 'Date',
  Stuttgart: 'Location',
};
