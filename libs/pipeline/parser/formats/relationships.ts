import { posix } from 'node:path';

import type { Archive } from './archive.js';
import { readXml } from './xml.js';

export interface Relationship {
  readonly type: string;
  /** Name of an entry of the same archive. */
  readonly target: string;
}

/** Relationships of a part of an office document, by id. What leads out of the archive is left out, not followed. */
export async function relationshipsOf(archive: Archive, part: string): Promise<Map<string, Relationship>> {
  const folder = posix.dirname(part);
  const found = new Map<string, Relationship>();
  await readXml(archive.pieces(posix.join(folder, '_rels', `${posix.basename(part)}.rels`)), {
    open(name, { Id, Type, Target, TargetMode }) {
      if (name !== 'Relationship' || Id === undefined || Target === undefined || TargetMode === 'External') return;
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      if (archive.has(target)) found.set(Id, { type: posix.basename(Type ?? ''), target });
    },
  });
  return found;
}

/** Title that an office document gives itself. */
export async function coreTitle(archive: Archive): Promise<string | undefined> {
  let title = '';
  let inTitle = false;
  await readXml(archive.pieces('docProps/core.xml'), {
    open: (name) => (inTitle = name === 'title'),
    close: () => (inTitle = false),
    text: (text) => {
      if (inTitle) title += text;
    },
  });
  return title.trim() === '' ? undefined : title.trim();
}
