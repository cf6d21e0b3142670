import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { PermanentFailure, TransientFailure } from '#failure';

import { Access, requireLock, type AccessParts } from './access.js';
import { apiKeyText, hashApiKey, newApiKey, parseApiKey } from './api-key.js';
import { Caller } from './caller.js';
import type { StoredApiKey } from './key-table.js';
import { KeyVerifier } from './key-verifier.js';
import { isLoopback } from './loopback.js';

const pepper = 'pepper';
const local = { host: '127.0.0.1:7070' };

/** Keys in memory, with a clock that is moved by hand. */
class KeysInMemory {
  readonly stored = new Map<string, StoredApiKey>();
  nowMs = 1_000_000;
  away = false;
  /** Reads do not end before this does. */
  busy: Promise<unknown> = Promise.resolve();

  make(facts: Partial<StoredApiKey> = {}): string {
    const key = newApiKey();
    const { keyId } = key;
    const rights = { name: 'test', scopes: ['read' as const], namespaces: null };
    const times = { createdAt: new Date(0), expiresAt: null, revokedAt: null, lastUsedAt: new Date(this.nowMs) };
    const hash = hashApiKey(key, pepper);
    this.stored.set(keyId, { keyId, hash, ...rights, ...times, createdBy: 'me', rotatedFrom: null, ...facts });
    return apiKeyText(key);
  }

  async find(keyId: string): Promise<StoredApiKey | undefined> {
    if (this.away) throw new TransientFailure('away');
    await this.busy;
    return this.stored.get(keyId);
  }

  async everAny(): Promise<boolean> {
    if (this.away) throw new TransientFailure('away');
    await this.busy;
    return this.stored.size > 0;
  }

  touch(): Promise<void> {
    return Promise.resolve();
  }
}

function anAccess(parts: Partial<AccessParts> = {}): { readonly keys: KeysInMemory; readonly access: Access } {
  const keys = new KeysInMemory();
  const verifier = new KeyVerifier(keys, { pepper, nowMs: () => keys.nowMs });
  return { keys, access: new Access({ keys: verifier, host: '127.0.0.1', ...parts }) };
}

describe('a door on loopback while there are no keys', () => {
  it.each([
    ['a program', local],
    ['a program that calls it by name', { host: 'localhost:7070' }],
    ['a program over IPv6', { host: '[::1]:7070' }],
    ['a page of this machine', { ...local, origin: 'http://127.0.0.1:7070' }],
  ])('is open for %s', async (_, headers) => {
    const { access } = anAccess();

    expect((await access.callerOf(headers))?.may('admin')).toBe(true);
  });

  it.each([
    ['a page from elsewhere', { ...local, origin: 'https://evil.example' }],
    ['a page without a place', { ...local, origin: 'null' }],
    ['a page whose name was bound to this machine', { host: 'evil.example:7070' }],
    ['a name that begins like ours', { host: 'localhost.evil.example' }],
    ['an address in disguise', { host: '127.1:7070' }],
    ['a number as an address', { host: '2130706433' }],
    ['no name at all', {}],
  ])('is not for %s', async (_, headers) => {
    const { access } = anAccess();

    expect(await access.callerOf(headers)).toBeUndefined();
  });

  it('is looked at again while nobody waits for it', async () => {
    const { access, keys } = anAccess();
    await access.callerOf(local);
    keys.make();
    const { promise, resolve } = Promise.withResolvers<void>();
    keys.busy = promise;
    keys.nowMs += 1_500;

    const open = await access.callerOf(local);
    resolve();
    await nextTurn();

    expect(open?.kind).toBe('anyone');
    expect(await access.callerOf(local)).toBeUndefined();
  });

  it('is shut from the first key on, and stays so when that is gone', async () => {
    const { access, keys } = anAccess();
    await access.callerOf(local);
    keys.make();
    keys.nowMs += 2_000;

    const shut = await access.callerOf(local);
    keys.stored.clear();
    keys.nowMs += 60_000;
    const still = await access.callerOf(local);

    expect([shut, still]).toEqual([undefined, undefined]);
  });

  it.each([
    ['off loopback', { host: '0.0.0.0' }],
    ['with an issuer of tokens', { tokens: { callerOf: () => Promise.resolve(undefined) } }],
  ])('is shut %s', async (_, parts) => {
    const { access } = anAccess(parts);

    expect(await access.callerOf(local)).toBeUndefined();
  });
});

describe('a key', () => {
  it.each([
    ['as a bearer', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['whatever the case of the word', (key: string) => ({ authorization: `bearer ${key}` })],
    ['in a header of its own', (key: string) => ({ 'x-api-key': key })],
  ])('is taken %s', async (_, headersOf) => {
    const { access, keys } = anAccess();
    const key = keys.make({ scopes: ['ingest'], namespaces: ['a'] });

    const caller = await access.callerOf(headersOf(key));

    expect(caller).toMatchObject({ kind: 'key', scopes: ['ingest'], namespaces: ['a'] });
  });

  it.each([
    ['that is cut off', (key: string) => key.slice(0, -1)],
    ['with another secret', (key: string) => `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`],
    ['with another id', (key: string) => key.replace(/_[0-9a-f]{16}_/, '_0000000000000000_')],
    ['with a space', (key: string) => `${key} ${key}`],
    ['that is empty', () => ''],
    ['that is anything', () => 'secret'],
  ])('%s is refused, on an open door as well', async (_, change) => {
    const { access, keys } = anAccess();
    const key = change(keys.make());

    await expect(access.callerOf({ ...local, authorization: `Bearer ${key}` })).rejects.toMatchObject({
      reason: 'unauthenticated',
    });
  });

  it('is refused under another scheme, and beside another one', async () => {
    const { access, keys } = anAccess();
    const key = keys.make();

    await expect(access.callerOf({ authorization: `Basic ${key}` })).rejects.toBeInstanceOf(PermanentFailure);
    await expect(access.callerOf({ authorization: `Bearer ${key}`, 'x-api-key': key })).rejects.toMatchObject({
      reason: 'unauthenticated',
    });
  });

  it.each([
    ['revoked', { revokedAt: new Date(0) }],
    ['expired', { expiresAt: new Date(1_000_000) }],
    ['hashed with another pepper', { hash: hashApiKey(newApiKey(), 'other') }],
  ])('that is %s is refused', async (_, facts) => {
    const { access, keys } = anAccess();
    const key = keys.make(facts);

    await expect(access.callerOf({ 'x-api-key': key })).rejects.toMatchObject({ reason: 'unauthenticated' });
  });

  it('is refused two seconds after it was revoked', async () => {
    const { access, keys } = anAccess();
    const key = keys.make();
    const [[keyId = '', stored]] = [...keys.stored] as [[string, StoredApiKey]];
    await access.callerOf({ 'x-api-key': key });
    keys.stored.set(keyId, { ...stored, revokedAt: new Date() });
    keys.nowMs += 2_000;

    await expect(access.callerOf({ 'x-api-key': key })).rejects.toMatchObject({ reason: 'unauthenticated' });
  });

  it('in steady use is read again while nobody waits for it, and refused as soon as that shows it revoked', async () => {
    const { access, keys } = anAccess();
    const key = keys.make();
    const [[keyId = '', stored]] = [...keys.stored] as [[string, StoredApiKey]];
    await access.callerOf({ 'x-api-key': key });
    keys.stored.set(keyId, { ...stored, revokedAt: new Date() });
    const { promise, resolve } = Promise.withResolvers<void>();
    keys.busy = promise;
    keys.nowMs += 1_500;

    const unread = await access.callerOf({ 'x-api-key': key });
    resolve();
    await nextTurn();

    expect(unread?.kind).toBe('key');
    await expect(access.callerOf({ 'x-api-key': key })).rejects.toMatchObject({ reason: 'unauthenticated' });
  });

  it('that was seen holds for ten minutes while the database is away, and one that was not does not', async () => {
    const { access, keys } = anAccess();
    const [seen, unseen] = [keys.make(), keys.make()];
    await access.callerOf({ 'x-api-key': seen });
    keys.away = true;
    keys.nowMs += 500_000;
    const held = await access.callerOf({ 'x-api-key': seen });
    keys.nowMs += 500_000;

    expect(held?.kind).toBe('key');
    await expect(access.callerOf({ 'x-api-key': unseen })).rejects.toBeInstanceOf(TransientFailure);
    await expect(access.callerOf({ 'x-api-key': seen })).rejects.toBeInstanceOf(TransientFailure);
  });

  it('is stored so that neither the table nor the pepper alone makes another', () => {
    const key = newApiKey();
    const hash = hashApiKey(key, pepper);

    expect(hash).toHaveLength(32);
    expect(hash.equals(hashApiKey(key, ''))).toBe(false);
    expect(hash.equals(hashApiKey({ ...key, keyId: newApiKey().keyId }, pepper))).toBe(false);
    expect(parseApiKey(apiKeyText(key))).toEqual(key);
  });
});

describe('a caller', () => {
  const bound = new Caller({ kind: 'key', id: '1', name: 'a', scopes: ['read'], namespaces: ['a', 'b'] });
  const everywhere = new Caller({ kind: 'key', id: '2', name: 'b', scopes: ['admin'], namespaces: undefined });

  it('may what its scopes say, and admin may all', () => {
    expect([bound.may('read'), bound.may('ingest'), bound.may('admin')]).toEqual([true, false, false]);
    expect([everywhere.may('read'), everywhere.may('ingest'), everywhere.may('admin')]).toEqual([true, true, true]);
  });

  it('sees its namespaces, and of what has none only who has all', () => {
    expect([bound.reaches('a'), bound.reaches('c'), bound.reaches(null)]).toEqual([true, false, false]);
    expect([everywhere.reaches('c'), everywhere.reaches(null)]).toEqual([true, true]);
    expect([bound.among(undefined), bound.among('b'), everywhere.among(undefined)]).toEqual([
      ['a', 'b'],
      ['b'],
      undefined,
    ]);
    expect(() => bound.among('c')).toThrow(expect.objectContaining({ reason: 'forbidden-namespace' }));
    expect(() => bound.finds('c', 'ingestion')).toThrow(expect.objectContaining({ reason: 'not-found' }));
  });

  it('of a token without namespaces sees none', () => {
    const none = new Caller({ kind: 'token', id: '3', name: 'c', scopes: ['read'], namespaces: [] });

    expect([none.among(undefined), none.reaches('default')]).toEqual([[], false]);
  });
});

describe('a door off loopback', () => {
  const [none, some] = [false, true].map((any) => ({ anyOfUse: () => Promise.resolve(any) }));

  it('is not opened without keys or tokens', async () => {
    await expect(requireLock({ host: '0.0.0.0' }, none as never)).rejects.toMatchObject({ reason: 'no-keys' });
    await expect(requireLock({ host: '::' }, none as never)).rejects.toMatchObject({ reason: 'no-keys' });
  });

  it('is opened with either, and on loopback with neither', async () => {
    const tokens = { callerOf: () => Promise.resolve(undefined) };

    await requireLock({ host: '0.0.0.0' }, some as never);
    await requireLock({ host: '0.0.0.0', tokens }, none as never);
    await requireLock({ host: '127.0.0.1' }, none as never);
  });

  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['localhost', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['example.com', false],
    ['localhost.example.com', false],
  ])('is one that listens on %s: not loopback: %s', (host, loopback) => {
    expect(isLoopback(host)).toBe(loopback);
  });
});
