import { describe, expect, it } from '@jest/globals';

import { Metrics } from '#telemetry';

import { showAudit } from './show-audit.js';

const finishedAtMs = 1_764_000_000_000;

async function findings({ auditFindings }: Metrics): Promise<unknown[]> {
  return (await auditFindings.get()).values.map(({ labels, value }) => [labels.kind, labels.store, value]);
}

describe('what is shown of the last audit', () => {
  it('is its end, its size and its findings, and nothing of the audit before', async () => {
    const metrics = new Metrics();

    showAudit(metrics, { documents: 7, findings: [{ kind: 'torn', store: 'redis', count: 2 }], finishedAtMs });
    const first = await findings(metrics);
    showAudit(metrics, { documents: 8, findings: [{ kind: 'missing', store: 'neo4j', count: 1 }], finishedAtMs });

    expect(first).toEqual([['torn', 'redis', 2]]);
    expect(await findings(metrics)).toEqual([['missing', 'neo4j', 1]]);
    expect((await metrics.auditDocuments.get()).values).toMatchObject([{ value: 8 }]);
    expect((await metrics.auditFinished.get()).values).toMatchObject([{ value: finishedAtMs / 1000 }]);
  });
});
