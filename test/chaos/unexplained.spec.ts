import { describe, expect, it } from '@jest/globals';

import type { LedgerLine, Operation } from '../checker/index.js';
import type { SeenRecord } from './read-topics.js';
import type { DoneFault } from './run-faults.js';
import { unexplained, type Trouble } from './unexplained.js';

const quiet: Trouble = { faults: [], history: [], ledger: [], deadLetters: [] };
const found = (trouble: Partial<Trouble>): string[] => unexplained({ ...quiet, ...trouble });

function fault(kind: string, victim = 'writer-redis', outcome: DoneFault['outcome'] = 'done'): DoneFault {
  return { kind, victim, holdMs: 1, atMs: 1, outcome };
}
function row(role: string, reason: string, status = 'rolled_back'): LedgerLine {
  const one = { ingestionId: 'one', document: 'space/doc', version: 1, kind: 'ingestion', stagingRef: null };
  return { ...one, status, counts: {}, error: { role, reason } };
}
function letter(stage: string, type: string, reason: string): SeenRecord {
  const why = { 'deadletter.stage': stage, 'deadletter.failure-type': type, 'deadletter.failure-reason': reason };
  const headers = { ...why, ce_ingestionid: 'one' };
  return { topic: 'dead', partition: 0, offset: '0', key: 'space/doc', value: null, timestampMs: 0, headers };
}
const asked = { kind: 'cancel', namespace: 'space', documentId: 'doc', content: '', ingestionId: 'one' } as const;
const cancel = (result: Operation['result']): Operation => ({ ...asked, result });

describe('what is given up in a trial', () => {
  it('is nothing where nothing was hurt', () => {
    expect(found({ ledger: [row('writer-redis', 'write-deadline')] })).toEqual([
      'I5 space/doc v1 one is rolled_back by writer-redis, write-deadline, which nothing explains',
    ]);
    expect(found({ deadLetters: [letter('stager', 'TransientFailure', 'postgres-unavailable')] })).toEqual([
      'I12 a dead letter of space/doc by stager: TransientFailure, postgres-unavailable, which nothing explains',
    ]);
    expect(found({ ledger: [row('', '', 'live'), row('', '', 'retracted')] })).toEqual([]);
  });

  it('may have waited too long for what was hurt, but not for a log or a cache', () => {
    const ledger = [row('writer-redis', 'write-deadline'), row('stager', 'postgres-unavailable', 'failed')];
    const deadLetters = [
      letter('writer-redis', 'PermanentFailure', 'write-deadline'),
      letter('stager', 'TransientFailure', 'postgres-unavailable'),
    ];

    expect(found({ faults: [fault('kill redis', 'redis')], ledger, deadLetters })).toEqual([]);
    expect(found({ faults: [fault('link down', 'api to redis', 'void')], ledger, deadLetters })).toEqual([]);
    expect(found({ faults: [fault('poison', ''), fault('cache expires', '')], ledger, deadLetters })).toHaveLength(4);
    expect(found({ faults: [fault('kill redis', 'redis', 'left out')], ledger, deadLetters })).toHaveLength(4);
  });

  it('is never refused by a store, whatever was hurt', () => {
    const faults = [fault('kill postgres', 'postgres'), fault('writer refuses')];

    expect(found({ faults, ledger: [row('writer-postgres', 'store-refused')] })).toHaveLength(1);
    expect(found({ faults, deadLetters: [letter('ledger', 'PermanentFailure', 'store-refused')] })).toHaveLength(1);
    expect(found({ faults, ledger: [row('deadline', 'deadline', 'failed')] })).toHaveLength(1);
    expect(found({ faults, ledger: [{ ...row('', ''), error: null }] })).toHaveLength(1);
  });

  it('is refused by the writer that was told to, and by no other', () => {
    const of = (writer: string): number =>
      found({
        faults: [fault('writer refuses')],
        ledger: [row(writer, 'failure-drill')],
        deadLetters: [letter(writer, 'PermanentFailure', 'failure-drill')],
      }).length;

    expect(of('writer-redis')).toBe(0);
    expect(of('writer-neo4j')).toBe(2);
  });

  it('is cancelled only if a client may have cancelled it', () => {
    const ledger = [row('cancel', 'cancelled')];

    expect(found({ ledger, history: [cancel('ok')] })).toEqual([]);
    expect(found({ ledger, history: [cancel('info')] })).toEqual([]);
    expect(found({ ledger, history: [cancel('fail')] })).toHaveLength(1);
    expect(found({ ledger, history: [{ ...cancel('ok'), ingestionId: 'two' }] })).toHaveLength(1);
  });

  it('may be what a poison record named', () => {
    const ledger = [row('embedder', 'not-avro', 'failed')];

    expect(found({ ledger, deadLetters: [letter('embedder', 'PoisonMessage', 'not-avro')] })).toEqual([]);
    expect(found({ ledger })).toHaveLength(1);
  });

  it('never lacks its bytes, not even when it is read once more after its end', () => {
    const deadLetters = [letter('parser', 'PermanentFailure', 'unreadable')];
    const faults = [fault('records repeated', ''), fault('kill process', 'parser')];

    expect(found({ faults, deadLetters, ledger: [row('', '', 'live')] })).toHaveLength(1);
    expect(found({ faults, deadLetters, ledger: [row('parser', 'unreadable', 'failed')] })).toHaveLength(2);
  });
});
