import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { checkSignature } from './signature.js';

const secret = 'a signing key';
const nowMs = 1_750_000_000_000;
const rawBody = Buffer.from('{"type":"inbound_received","text":"Grüße"}');

function ofApplication(timestamp: string, body: Buffer = rawBody, key = secret): string {
  return createHmac('sha256', key).update(`${timestamp}:`).update(body).digest('base64');
}

function ofRule(body: Buffer = rawBody, key = secret): string {
  return createHmac('sha1', key).update(body).digest('base64');
}

describe('the signature of a webhook', () => {
  it.each([
    ['an application', ofApplication(String(nowMs)), String(nowMs)],
    ['an application a little while ago', ofApplication(String(nowMs - 299_000)), String(nowMs - 299_000)],
    ['a rule', ofRule(), undefined],
  ])('of %s is believed', (_what, signature, timestamp) => {
    expect(() => checkSignature({ signature, timestamp, rawBody }, secret, nowMs)).not.toThrow();
  });

  it('is what Front documents, computed by another program', () => {
    // printf '1750000000000:{"a":1}' | openssl dgst -sha256 -hmac key -binary | base64
    const sha256 = '08vgJPRnKie401NMCrH+c2n3mpzyXiWcXlt1sXUUp+M=';
    // printf '{"a":1}' | openssl dgst -sha1 -hmac key -binary | base64
    const sha1 = 'tVV6S488wwjRnrT2nzNjkqMe73s=';
    const body = Buffer.from('{"a":1}');

    for (const [signature, timestamp] of [
      [sha256, '1750000000000'],
      [sha1, undefined],
    ] as const) {
      expect(() => checkSignature({ signature, timestamp, rawBody: body }, 'key', nowMs)).not.toThrow();
    }
  });

  const now = String(nowMs);
  const old = String(nowMs - 301_000);
  const ahead = String(nowMs + 301_000);
  it.each([
    ['is missing', undefined, now],
    ['is missing, with its time', undefined, undefined],
    ['is empty', '', now],
    ['is no base64', '!!!', now],
    ['is of another body', ofApplication(now, Buffer.from('{}')), now],
    ['is of another time', ofApplication(String(nowMs - 1)), now],
    ['is of another key', ofApplication(now, rawBody, 'another'), now],
    ['is too old', ofApplication(old), old],
    ['is of the future', ofApplication(ahead), ahead],
    ['has a time that is none', ofApplication('now'), 'now'],
    ['has an empty time', ofApplication(''), ''],
    ['is that of a rule, with a time', ofRule(), now],
    ['is that of an application, without its time', ofApplication(now), undefined],
    ['is of a rule with another key', ofRule(rawBody, 'another'), undefined],
    ['is cut', ofApplication(now).slice(0, 20), now],
  ])('that %s is refused', (_what, signature, timestamp) => {
    expect(() => checkSignature({ signature, timestamp, rawBody }, secret, nowMs)).toThrow(
      expect.objectContaining({ kind: 'permanent', reason: 'bad-signature' }),
    );
  });
});
