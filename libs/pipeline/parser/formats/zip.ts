import { posix } from 'node:path';

import { PermanentFailure } from '#failure';

import { Archive, type ArchiveEntry } from './archive.js';
import { DocumentText, type ChildDocument } from './document-text.js';
import type { Format } from './format.js';

/** What file managers leave behind. */
const litter = /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/u;

function isDocument({ name, isFolder }: ArchiveEntry): boolean {
  return !isFolder && !litter.test(name) && !posix.basename(name).startsWith('.');
}

/** Archives: the text is the list of what is in it; each member becomes a document of its own. */
const zipFormat: Format = {
  parse: async (bytes, { cleaning, limits }) => {
    const archive = await Archive.open(bytes, limits);
    const members = archive.entries().filter(isDocument);
    const links = members.filter(({ isSymlink }) => isSymlink);
    const files = members.filter(({ isSymlink }) => !isSymlink);
    if (files.length > limits.childrenMax) {
      const message = `the archive has ${files.length} files, over the ${limits.childrenMax} allowed`;
      throw new PermanentFailure(message, { reason: 'too-large' });
    }
    const document = new DocumentText(cleaning);
    const children: ChildDocument[] = [];
    for (const { name, sizeBytes } of files) {
      const content = await archive.read(name);
      if (content === undefined) continue;
      children.push({ kind: 'members', name, mediaType: null, bytes: content });
      document.add('list-item', `${name} (${sizeBytes} bytes)`);
    }
    const warnings = links.length === 0 ? [] : [`${links.length} symbolic links in the archive were not followed`];
    return { ...document.finish(), children, warnings };
  },
};
export default zipFormat;
