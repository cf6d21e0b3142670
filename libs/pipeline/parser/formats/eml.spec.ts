import { describe, expect, it } from '@jest/globals';

import { Cleaning } from './cleaning.js';
import type { ParsedDocument } from './document-text.js';
import eml from './eml.js';
import { ReadLimits } from './read-limits.js';

async function read(mail: string | Uint8Array): Promise<ParsedDocument> {
  const limits = new ReadLimits({ inflatedBytesMax: 100_000, childrenMax: 9 });
  return eml.parse(Buffer.from(mail as string), { cleaning: new Cleaning(), limits });
}

const lines = (...all: readonly string[]): string => all.join('\r\n');
const mixed = (boundary: string, ...parts: readonly string[]): string =>
  lines(
    `Content-Type: multipart/mixed; boundary=${boundary}`,
    '',
    ...parts.flatMap((part) => [`--${boundary}`, part]),
    `--${boundary}--`,
    '',
  );

const innermost = lines('From: Anna <anna@lindenau.example>', 'Subject: The valve', '', 'It sticks.');
const attached = 'Content-Type: text/csv\r\nContent-Disposition: attachment; filename="valves.csv"\r\n\r\na,b\r\n1,2';
const forwarded = lines(
  ...['From: Marta <marta@lindenau.example>', 'Subject: Fwd: The valve', 'MIME-Version: 1.0'],
  mixed('inner', '\r\nSee below.', `Content-Type: message/rfc822\r\n\r\n${innermost}`, attached),
);
const mail = lines(
  ...['From: Jon <jon@lindenau.example>', 'Subject: Valves', 'MIME-Version: 1.0'],
  mixed('outer', '\r\nBoth at once.', `Content-Type: message/rfc822\r\n\r\n${forwarded}`),
);

describe('a mail in a mail in a mail', () => {
  it('is a document of its own each time, with what was attached to it and no other', async () => {
    const outer = await read(mail);
    const inner = await read(outer.children?.[0]?.bytes ?? '');
    const last = await read(inner.children?.[0]?.bytes ?? '');

    expect(outer.text).toBe('From: Jon <jon@lindenau.example>\nSubject: Valves\n\nBoth at once.\n\nAttachments: 1.eml');
    expect(outer.children).toMatchObject([{ kind: 'attachments', name: '1.eml', mediaType: 'message/rfc822' }]);
    expect(inner).toMatchObject({ title: 'Fwd: The valve', children: [{ name: '1.eml' }, { name: 'valves.csv' }] });
    expect(inner.text).toContain('See below.');
    expect(last).toMatchObject({ title: 'The valve', children: [] });
    expect(last.text).toContain('It sticks.');
  });
});
