import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';

import type { Staging } from './staging.js';

let count = 0;
const signal = new AbortController().signal;
const limits = { bytesMax: 100, signal };
const hello = (): Readable => Readable.from([Buffer.from('hello')]);

/** A reference nobody has used before. */
export function aRef(): string {
  count += 1;
  return `01900000-0000-7000-8000-${String(count).padStart(12, '0')}`;
}

async function listed(staging: Staging): Promise<string[]> {
  const refs: string[] = [];
  for await (const { ref } of staging.list()) refs.push(ref);
  return refs.sort();
}

/** Bytes that are never whole in memory at once. */
async function* zeros(bytes: number): AsyncGenerator<Buffer> {
  const piece = Buffer.alloc(1024 * 1024);
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
}

/** What every staging does; an implementation may add what only it can do wrong. */
export function stagingContract(
  name: string,
  open: () => Promise<{ readonly staging: Staging; close(): Promise<void> }>,
): void {
  describe(`staging in ${name}`, () => {
    let staging: Staging;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ staging, close } = await open());
    });
    afterAll(() => close());

    it('answers when it is asked whether it is there', () => expect(staging.check()).resolves.toBeUndefined());

    it('keeps what it was given, with the notes of its source, and says what it is', async () => {
      const ref = aRef();
      const notes = { mediaType: 'text/plain', title: 'Grüße, "東京"' };

      const put = await staging.put(ref, hello(), { ...limits, notes });

      expect(put).toEqual(await staging.stat(ref));
      expect(put).toMatchObject({ ref, sizeBytes: 5, head: Buffer.from('hello'), notes });
      expect(put.sha256).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
      expect(await text(await staging.read(ref))).toBe('hello');
    });

    it('keeps the first bytes when it is given others under the same reference', async () => {
      const ref = aRef();
      const first = await staging.put(ref, hello(), { ...limits, notes: { etag: '1' } });
      const second = Readable.from([Buffer.from('second')]);

      expect(await staging.put(ref, second, { ...limits, notes: { etag: '2' } })).toEqual(first);

      expect(await text(await staging.read(ref))).toBe('hello');
      expect(second.destroyed).toBe(true);
    });

    it('has one winner of two writers at once, and both are told of some whole bytes', async () => {
      const ref = aRef();
      const write = (say: string) => staging.put(ref, Readable.from([Buffer.from(say)]), { ...limits, notes: { say } });

      await Promise.all([write('one'), write('two!')]);

      const won = await text(await staging.read(ref));
      expect(['one', 'two!']).toContain(won);
      expect([{ say: won }, {}]).toContainEqual((await staging.stat(ref))?.notes);
    });

    it('keeps bytes of any size, and nothing at all', async () => {
      const [large, none] = [aRef(), aRef()];
      const bytes = 20 * 1024 * 1024;

      const put = await staging.put(large, Readable.from(zeros(bytes)), { bytesMax: bytes, signal });
      const empty = await staging.put(none, Readable.from([]), limits);

      expect(put).toEqual(await staging.stat(large));
      expect([put.sizeBytes, empty.sizeBytes]).toEqual([bytes, 0]);
      expect(await staging.stat(none)).toMatchObject({ sizeBytes: 0 });
      await staging.remove(large);
    });

    it('leaves nothing of a stream that is too large, breaks or is given up', async () => {
      const before = await listed(staging);
      const broken = new Readable({
        read() {
          this.destroy(new TransientFailure('gone', { reason: 'gone' }));
        },
      });
      const tooLarge = staging.put(aRef(), Readable.from([Buffer.alloc(101)]), limits);
      const largest = staging.put(aRef(), Readable.from(zeros(2 ** 26)), { bytesMax: 2 ** 24, signal });
      const abort = new AbortController();
      const endless = new Readable({ read: () => undefined });
      endless.push('some');
      const givenUp = staging.put(aRef(), endless, { bytesMax: 100, signal: abort.signal });
      abort.abort();

      await expect(tooLarge).rejects.toMatchObject({ kind: 'permanent', reason: 'too-large' });
      await expect(largest).rejects.toMatchObject({ kind: 'permanent', reason: 'too-large' });
      await expect(staging.put(aRef(), broken, limits)).rejects.toMatchObject({ kind: 'transient', reason: 'gone' });
      await expect(givenUp).rejects.toMatchObject({ kind: 'transient' });

      expect(await listed(staging)).toEqual(before);
      expect(endless.destroyed).toBe(true);
    });

    it.each([
      ['../outside'],
      ['/etc/passwd'],
      ['01900000-0000-7000-8000-000000000001/..'],
      ['..'],
      [''],
      ['01900000-0000-7000-8000-000000000001\0'],
      ['01900000-0000-7000-8000-00000000000F'],
    ])('refuses the reference %j', async (bad) => {
      const refusal = { kind: 'permanent', reason: 'bad-staging-reference' };
      await expect(staging.read(bad)).rejects.toMatchObject(refusal);
      await expect(staging.stat(bad)).rejects.toMatchObject(refusal);
      await expect(staging.remove(bad)).rejects.toMatchObject(refusal);
      await expect(staging.put(bad, hello(), limits)).rejects.toMatchObject(refusal);
    });

    it('lists what lies there, with its size and age, and removes it, again and again', async () => {
      const ref = aRef();
      const startedMs = Date.now();
      await staging.put(ref, hello(), { ...limits, notes: { title: 'a title' } });
      expect(await listed(staging)).toContain(ref);
      for await (const entry of staging.list()) {
        if (entry.ref === ref) expect(entry.sizeBytes).toBe(5);
        expect(Math.abs(entry.stagedAtMs - startedMs)).toBeLessThan(600_000);
      }

      for (const left of await listed(staging)) await staging.remove(left);
      await staging.remove(ref);

      expect(await listed(staging)).toEqual([]);
      expect(await staging.stat(ref)).toBeUndefined();
      await expect(staging.read(ref)).rejects.toMatchObject({ kind: 'permanent', reason: 'unreadable' });
    });
  });
}
