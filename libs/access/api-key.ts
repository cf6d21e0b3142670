import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const idBytes = 8;
const secretBytes = 32;
const form = /^penstock_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** A key as its owner holds it: an id that may be shown, and a secret of 256 random bits. */
export interface ApiKeyText {
  readonly keyId: string;
  readonly secret: string;
}

export function newApiKey(): ApiKeyText {
  return { keyId: randomBytes(idBytes).toString('hex'), secret: randomBytes(secretBytes).toString('base64url') };
}

export function apiKeyText({ keyId, secret }: ApiKeyText): string {
  return `penstock_${keyId}_${secret}`;
}

/** Undefined for what is no key of ours. */
export function parseApiKey(text: string): ApiKeyText | undefined {
  const [, keyId, secret] = form.exec(text) ?? [];
  return keyId === undefined || secret === undefined ? undefined : { keyId, secret };
}

/**
 * What is stored of a key (ADR 30). The secret is random and long, so a slow hash would protect nothing and cost each
 * request; the pepper, which the database does not hold, keeps whoever can write to the table from making keys.
 */
export function hashApiKey({ keyId, secret }: ApiKeyText, pepper: string): Buffer {
  return createHmac('sha256', `${pepper}\n${keyId}`).update(secret).digest();
}

/** Takes as long for a near miss as for any other. */
export function isSameHash(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
