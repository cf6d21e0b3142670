import { describe, expect, it } from '@jest/globals';

import { toDescribe, type JoinedGraph, type Said, type Survivor } from './descriptions.js';

const acme: Survivor = {
  ...{ id: 'node-1', uuid: 'acme', family: 'acme', name: 'ACME Corporation', aliases: ['ACME Corp.'] },
  ...{ summary: 'ACME Corporation is spoken of.', summaryEpisode: 'episode-5', summaryAt: 5_000 },
};
const short: Survivor = { ...acme, id: 'node-2', uuid: 'short', name: 'ACME', aliases: null, summary: '' };
const said: Said = { id: 'node-1', ingestionId: 'episode-6', at: 6_000, spellings: [], summarises: true };
const links = [{ uuid: 'short', standsFor: 'acme' }];
const whole = [{ uuid: 'acme', ids: ['node-1', 'node-2'] }];

function described(
  { opened = {}, gone = [] }: { readonly opened?: Record<string, string>; readonly gone?: readonly Said[] },
  joined: Partial<JoinedGraph>,
): ReturnType<typeof toDescribe> {
  const before = { opened: new Map(Object.entries(opened)), gone };
  return toDescribe(before, { left: [acme, short], links: [], come: [], ...joined });
}

describe('entities to describe again', () => {
  it('are none where what comes says nothing new and what goes said nothing of its own', () => {
    const known = { ...said, spellings: ['ACME Corporation', 'ACME Corp.'] };
    const plain = { ...said, spellings: ['ACME Corporation'] };

    expect(described({ gone: [plain] }, { come: [known] })).toEqual([]);
    expect(described({ opened: { short: 'acme' } }, { links })).toEqual([]);
  });

  it('are those with a spelling that comes or may go, under any of their names', () => {
    const spelled = { ...said, id: 'node-2', spellings: ['ACME'] };

    expect(described({ opened: { short: 'acme' } }, { links, come: [spelled] })).toEqual(whole);
    expect(described({ opened: { short: 'acme' }, gone: [spelled] }, { links })).toEqual(whole);
  });

  it('are those with an earlier summary, or without the one they had', () => {
    const lost = { ...acme, summaryEpisode: null, summaryAt: null };

    expect(described({}, { come: [{ ...said, at: 4_999 }] })).toEqual([{ uuid: 'acme', ids: ['node-1'] }]);
    expect(described({}, { come: [{ ...said, at: 5_000, ingestionId: 'episode-4' }] })).toHaveLength(1);
    expect(described({}, { come: [{ ...said, at: 4_999, summarises: false }] })).toEqual([]);
    expect(described({ gone: [said] }, { left: [lost] })).toEqual([{ uuid: 'acme', ids: ['node-1'] }]);
  });

  it('are those that are new, and those that are joined or parted', () => {
    const fresh = { ...acme, aliases: null, summary: '', summaryEpisode: null, summaryAt: null };

    expect(described({}, { left: [fresh], come: [{ ...said, summarises: false }] })).toHaveLength(1);
    expect(described({}, { links })).toEqual(whole);
    expect(described({ opened: { short: 'acme' } }, {}).map(({ uuid }) => uuid)).toEqual(['short', 'acme']);
    expect(described({ opened: { gone: 'acme' } }, {}).map(({ uuid }) => uuid)).toEqual(['acme']);
  });
});
