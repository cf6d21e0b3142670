import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { FaultWorld } from './world.js';

const selectKnown = `
SELECT ingestion_id::text AS ref FROM penstock.ingestions
UNION SELECT ingestion_id::text FROM penstock.held_children
UNION SELECT staging_ref FROM penstock.ingestions WHERE staging_ref IS NOT NULL`;

/**
 * Staged bytes of nothing that was ever accepted, once nothing is under way. Notes and unfinished writes count too.
 * @param inDoubt texts whose sender died, or never heard whether its commit stands: they may lie until age takes them.
 */
export async function strayBytes(
  { stagingFolder, contents }: FaultWorld,
  inDoubt: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const [names, rows] = await Promise.all([readdir(stagingFolder), contents.sql<{ ref: string }>(selectKnown)]);
  const known = new Set(rows.map(({ ref }) => ref));
  const strays = names.filter((name) => !known.has(name.split('.', 1)[0] ?? name));
  const texts = await Promise.all(strays.map((name) => readFile(join(stagingFolder, name), 'utf8')));
  return strays.filter((_, at) => !inDoubt.has(texts[at] ?? '')).map((name) => `staging keeps stray ${name}`);
}
