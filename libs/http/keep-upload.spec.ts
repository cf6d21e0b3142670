import { describe, expect, it } from '@jest/globals';

import { PermanentFailure, TransientFailure } from '#failure';

import { keepUpload } from './keep-upload.js';
import type { Accepted } from './submitter.js';

/** What was removed from staging by the time that one heard what came of the upload `mine`. */
async function removedBy(accept: () => Promise<Accepted>): Promise<string[]> {
  const removed: string[] = [];
  const remove = (ref: string): Promise<void> => Promise.resolve(void removed.push(ref));
  await keepUpload({ remove }, 'mine', accept).catch(() => undefined);
  return removed;
}

const accepted = (ingestionId: string) => (): Promise<Accepted> =>
  Promise.resolve({ documentId: 'doc', ingestionId, version: 1 });

describe('the bytes of an upload', () => {
  it('are kept if it is accepted, and not if the same was accepted before', async () => {
    expect(await removedBy(accepted('mine'))).toEqual([]);
    expect(await removedBy(accepted('another'))).toEqual(['mine']);
  });

  it('are not kept if it is refused, or failed before it could be accepted', async () => {
    const refused = new PermanentFailure('no', { reason: 'forbidden-namespace' });
    const away = new TransientFailure('no connection', { reason: 'postgres-unavailable' });

    expect(await removedBy(() => Promise.reject(refused))).toEqual(['mine']);
    expect(await removedBy(() => Promise.reject(away))).toEqual(['mine']);
  });

  it('are kept if nobody knows whether it was accepted, since the commit may stand', async () => {
    const lost = new TransientFailure('the connection broke', { reason: 'postgres-unavailable', inDoubt: true });

    expect(await removedBy(() => Promise.reject(lost))).toEqual([]);
    expect(await removedBy(() => Promise.reject(new Error('anything else')))).toEqual([]);
  });
});
