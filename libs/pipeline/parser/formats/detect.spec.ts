import { describe, expect, it } from '@jest/globals';

import { detectMediaType } from './detect.js';
import { formats } from './registry.js';

const pdf = '%PDF-1.7\n1 0 obj\n';

describe('what a document is', () => {
  it.each<[string, string, string, string]>([
    ['a PDF', pdf, 'text/plain', 'application/pdf'],
    ['a PDF behind a mark and blank lines', `\u00ef\u00bb\u00bf\n${pdf}`, 'text/plain', 'application/pdf'],
    ['a PDF behind what another program wrote', `HTTP/1.1 200\n${pdf}`, 'application/octet-stream', 'application/pdf'],
    ['a text that speaks of PDF', 'A PDF starts with %PDF-1.7.', 'text/markdown', 'text/markdown'],
    ['a letter with two headers', 'From: me\nTo: you\n\nHello.', 'text/plain', 'text/plain'],
    ['an e-mail', 'From: me\nTo: you\nSubject: x\n\nHello.', 'text/plain', 'message/rfc822'],
    ['one JSON value', '{"a": 1}\n', 'application/json', 'application/json'],
    ['words that were staged as JSON', 'Marta winds the gauge.', 'application/json', 'text/plain'],
    ['a page that was staged as text', '<!doctype html><p>x', 'text/plain', 'text/html'],
    ['what nobody reads', 'words', 'application/msword', 'application/msword'],
    ['a JSON value on each line', '{"a": 1}\n{"a": 2}\n', 'application/json', 'application/x-ndjson'],
  ])('%s', (_what, head, believed, type) => {
    expect(detectMediaType(Buffer.from(head, 'latin1'), believed, formats)).toBe(type);
  });
});
