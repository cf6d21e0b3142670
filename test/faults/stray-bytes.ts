import { readdir } from 'node:fs/promises';

import type { FaultWorld } from './world.js';

const selectKnown = `
SELECT ingestion_id::text AS ref FROM penstock.ingestions
UNION SELECT ingestion_id::text FROM penstock.held_children
UNION SELECT staging_ref FROM penstock.ingestions WHERE staging_ref IS NOT NULL`;

/** Staged bytes of nothing that was ever accepted, once nothing is under way. Notes and unfinished writes count too. */
export async function strayBytes({ stagingFolder, contents }: FaultWorld): Promise<string[]> {
  const [names, rows] = await Promise.all([readdir(stagingFolder), contents.sql<{ ref: string }>(selectKnown)]);
  const known = new Set(rows.map(({ ref }) => ref));
  return names.filter((name) => !known.has(name.split('.', 1)[0] ?? name)).map((name) => `staging keeps stray ${name}`);
}
