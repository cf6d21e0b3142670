import { describe, expect, it } from '@jest/globals';

import { sniffMediaType } from './sniff.js';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
const nothing = { mediaType: null, names: [] };

describe('the media type', () => {
  it('is what the magic number says, whatever the submitter believes', async () => {
    expect(await sniffMediaType(png, { mediaType: 'text/plain', names: ['notes.txt'] })).toBe('image/png');
    expect(await sniffMediaType(Buffer.from('%PDF-1.7\n'), { mediaType: null, names: ['a.md'] })).toBe(
      'application/pdf',
    );
  });

  it.each([
    ['# Title', { mediaType: null, names: ['', 'report.md'] }, 'text/markdown'],
    ['# Title', { mediaType: 'text/markdown; charset=utf-8', names: [] }, 'text/markdown'],
    ['a,b', { mediaType: 'text/plain', names: ['https://example.com/a.csv?x=1'] }, 'text/csv'],
    ['<!DOCTYPE html><p>x', { mediaType: 'text/plain', names: ['a.txt'] }, 'text/html'],
    ['<!-- x -->\n<html lang="en">', nothing, 'text/html'],
    ['{"a": 1}', nothing, 'application/json'],
    ['plain words', { mediaType: 'application/x-unheard', names: [] }, 'text/plain'],
    ['words with a stray \0 in them', nothing, 'text/plain'],
    ['\u0001\u0002\u0003\u0004\u0000\u0005', nothing, 'application/octet-stream'],
    ['<?xml version="1.0"?><note/>', nothing, 'application/xml'],
    ['Marta winds the gauge.', { mediaType: null, names: ['a.json'] }, 'text/plain'],
    ['Marta winds the gauge.', { mediaType: 'application/json', names: ['a.md'] }, 'text/markdown'],
    ['True, it is late.', { mediaType: null, names: ['a.ndjson'] }, 'text/plain'],
    ['"It is late," said Marta.', { mediaType: null, names: ['a.json'] }, 'text/plain'],
    ['"one \\" text"\n', { mediaType: null, names: ['a.json'] }, 'application/json'],
    ['-1.5e3', { mediaType: null, names: ['a.json'] }, 'application/json'],
    ["{'a': 1,}", { mediaType: null, names: ['a.json'] }, 'application/json'],
    ['[', { mediaType: null, names: ['a.json'] }, 'application/json'],
    ['Marta winds the gauge.', { mediaType: 'text/html', names: [] }, 'text/plain'],
    ['Marta <b>winds</b> it.', { mediaType: 'text/html', names: [] }, 'text/html'],
    ['{"a": 1}\n{"a": 2}\n', { mediaType: null, names: ['a.txt'] }, 'application/x-ndjson'],
    ['From: a\nTo: b\nSubject: c\n\nd', { mediaType: null, names: ['a.csv'] }, 'message/rfc822'],
  ])('of %j with hints %j is %s', async (content, hints, expected) => {
    expect(await sniffMediaType(Buffer.from(content), hints)).toBe(expected);
  });

  it('of UTF-16 is text', async () => {
    expect(await sniffMediaType(Buffer.from('\ufeffHello there', 'utf16le'), nothing)).toBe('text/plain');
    expect(await sniffMediaType(Buffer.from('Hello there', 'utf16le'), nothing)).toBe('text/plain');
    expect(await sniffMediaType(Buffer.from('{"a": 1}', 'utf16le'), nothing)).toBe('application/json');
    expect(await sniffMediaType(Buffer.from('\ufeff<html><p>x', 'utf16le'), nothing)).toBe('text/html');
  });
});
