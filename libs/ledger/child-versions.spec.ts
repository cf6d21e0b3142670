import { describe, expect, it } from '@jest/globals';

import { isOrphan, type ChildVersion } from './child-versions.js';
import { ingestionStatuses, type IngestionStatus } from './ledger-row.js';

const standing: readonly IngestionStatus[] = ['submitted', 'staged', 'parsed', 'extracted', 'writing', 'live'];
const ended = ingestionStatuses.filter((status) => !standing.includes(status));

const own = (status: IngestionStatus): ChildVersion => ({ status, parent: null });
const of = (parent: IngestionStatus, status: IngestionStatus = 'live'): ChildVersion => ({
  status,
  parent: { status: parent },
});

describe('a document that came out of another', () => {
  it.each(standing)('stays while the version it came out of is %s', (parent) => {
    expect(isOrphan([of(parent)])).toBe(false);
  });

  it.each(ended)('goes when the version it came out of is %s and no other holds it', (parent) => {
    expect(isOrphan([of(parent)])).toBe(true);
  });

  it.each(standing)('goes as well while it is %s itself', (status) => {
    expect(isOrphan([of('retracted', status)])).toBe(true);
  });

  it('stays when an update of its parent holds it again, be it under way or live', () => {
    expect(isOrphan([of('superseded', 'superseded'), of('live')])).toBe(false);
    expect(isOrphan([of('live'), of('writing', 'writing')])).toBe(false);
  });

  it('stays with the live version of its parent when an update of that is undone', () => {
    expect(isOrphan([of('live', 'superseded'), of('rolled_back')])).toBe(false);
  });

  it('stays as the version before if the newest bytes of it can not be read, as any document does', () => {
    expect(isOrphan([of('superseded'), of('live', 'failed')])).toBe(false);
  });

  it('goes when only an update that was undone held it', () => {
    expect(isOrphan([of('rolled_back')])).toBe(true);
    expect(isOrphan([of('retracted'), of('failed')])).toBe(true);
  });

  it('stays when somebody submitted it by itself, before or after, whatever became of the parent', () => {
    expect(isOrphan([of('retracted', 'superseded'), own('live')])).toBe(false);
    expect(isOrphan([own('live'), of('retracted', 'failed')])).toBe(false);
    expect(isOrphan([of('retracted'), own('staged')])).toBe(false);
  });

  it('goes when what somebody submitted under its id never became live or is so no more', () => {
    for (const status of ended) expect(isOrphan([own(status), of('retracted')])).toBe(true);
  });

  it('is nothing to be retracted when none of its versions is live or under way', () => {
    expect(isOrphan([])).toBe(false);
    for (const status of ended) expect(isOrphan([of('retracted', status)])).toBe(false);
  });
});

describe('a document that came by itself', () => {
  it.each(ingestionStatuses)('is none of this, whether it is %s', (status) => {
    expect(isOrphan([own(status)])).toBe(false);
  });
});
