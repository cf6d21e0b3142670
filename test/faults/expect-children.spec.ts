import { describe, expect, it } from '@jest/globals';

import { childProblems } from './expect-children.js';

const mail = 'space/mail';
const version = (id: string, status: string) => ({ ingestionId: id, document: mail, kind: 'ingestion', status });
const child = (name: string, status: string, kind = 'ingestion') => ({
  ...{ ingestionId: `${name} ${kind}`, document: `${mail}!/attachments/1-${name}`, kind, status },
});
const said = (...rows: readonly { ingestionId: string; kind: string }[]) =>
  rows.map(({ ingestionId, kind }) => ({
    type: kind === 'ingestion' ? 'DocumentSubmitted' : 'DocumentRetracted',
    payload: { ingestionId },
  }));

describe('what came out of a mail', () => {
  const rows = [child('a', 'retracted'), child('a', 'retracted', 'retraction'), child('b', 'live')];
  const updated = [version('1', 'superseded'), version('2', 'live')];

  it('came once with its version, and went once with it', () => {
    expect(childProblems(mail, [...updated, ...rows], said(...rows))).toEqual([]);
    expect(childProblems(mail, [version('1', 'live')], [])).toHaveLength(2);
  });

  it('neither comes nor goes twice', () => {
    const twice = [...rows, child('b', 'live')];
    const gone = [...rows, child('a', 'retracted', 'retraction')];

    expect(childProblems(mail, [...updated, ...twice], said(...rows))).toContain(
      'space/mail!/attachments/1-b came 2 times',
    );
    expect(childProblems(mail, [...updated, ...gone], said(...rows))).toContain(
      'space/mail!/attachments/1-a went 2 times',
    );
    expect(childProblems(mail, [...updated, ...rows], said(...rows, ...rows))).toHaveLength(3);
  });

  it('does not stay behind, and is not lost', () => {
    const stays = [child('a', 'live'), child('b', 'live')];
    const failed = [rows[0], rows[1], child('b', 'failed')].filter((one) => one !== undefined);

    expect(childProblems(mail, [...updated, ...stays], said(...stays))).toEqual([
      'space/mail holds 1 attachments, 2 are live',
    ]);
    expect(childProblems(mail, [...updated, ...failed], said(...failed))).toEqual([
      'space/mail!/attachments/1-b is failed',
    ]);
  });
});
