import { createHmac, timingSafeEqual } from 'node:crypto';

import { PermanentFailure } from '#failure';

/** What a webhook's request says of itself. */
export interface SignedRequest {
  readonly signature: string | undefined;
  /** Milliseconds since the epoch; application webhooks have it, those of rules don't. */
  readonly timestamp: string | undefined;
  /** Exactly as it came. */
  readonly rawBody: Buffer;
}

/** How old, or how far ahead, a signed request may be; Front's own advice. */
const ageMsMax = 5 * 60 * 1000;

/**
 * Checks who sent a webhook. Front documents two signatures, both in base64 in `X-Front-Signature`: HMAC-SHA256 of
 * `timestamp:body` for webhooks of an application, and HMAC-SHA1 of the body for those of a rule. A request with a
 * timestamp must be signed with it, and recently; one without can be sent again by whoever saw it, which is harmless,
 * since all that a webhook does is to have Front asked what is true now.
 * @throws PermanentFailure `bad-signature`.
 */
export function checkSignature({ signature, timestamp, rawBody }: SignedRequest, secret: string, nowMs: number): void {
  if (signature === undefined) throw refused('the request is not signed');
  if (timestamp !== undefined) {
    if (!/^\d{1,16}$/u.test(timestamp) || Math.abs(nowMs - Number(timestamp)) > ageMsMax) {
      throw refused('the request was signed too long ago, or by a clock that is wrong');
    }
    const signed = Buffer.concat([Buffer.from(`${timestamp}:`), rawBody]);
    if (!equal(signature, createHmac('sha256', secret).update(signed).digest())) throw refused('wrong signature');
    return;
  }
  if (!equal(signature, createHmac('sha1', secret).update(rawBody).digest())) throw refused('wrong signature');
}

/** Takes as long for a wrong signature as for the right one. */
function equal(signature: string, expected: Buffer): boolean {
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function refused(message: string): PermanentFailure {
  return new PermanentFailure(message, { reason: 'bad-signature' });
}
