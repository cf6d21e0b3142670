import { readFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { cacheFolderOf, readInstalled } from '#stack';
import { Metrics } from '#telemetry';

import { roleNames } from '../../apps/roles.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly w: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const rules = (parse(read('alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(read('grafana/dashboard.json')) as { panels: Panel[] };
const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** Names of our metrics and their labels, as PromQL knows them. */
const known = new Map(
  Object.values(new Metrics()).flatMap((metric: unknown) => {
    if (typeof metric !== 'object' || metric === null || !('labelNames' in metric) || !('name' in metric)) return [];
    const labels = new Set([...(metric.labelNames as string[]), 'job', 'instance', 'service', 'le']);
    const isHistogram = metric.constructor.name === 'Histogram';
    const suffixes = isHistogram ? ['_bucket', '_count', '_sum'] : [''];
    return suffixes.map((suffix) => [`${metric.name as string}${suffix}`, labels] as const);
  }),
);

const namesIn = (expr: string): string[] => expr.match(/\bpenstock_[a-z0-9_]+/g) ?? [];

/** What each query filters by or groups by, beside the metrics that it names. */
function unknownLabels(expr: string): string[] {
  const filters = [...expr.matchAll(/\b(penstock_[a-z0-9_]+)\{([^}]*)\}/g)].flatMap(([, name = '', inside = '']) =>
    [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => [name, label] as const),
  );
  const names = namesIn(expr);
  const groups = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, inside = '']) =>
    inside.split(',').map((label) => label.trim()),
  );
  const wrong = filters.filter(([name, label]) => known.get(name)?.has(label) !== true).map(([, label]) => label);
  const grouped = groups.filter((label) => names.length > 0 && !names.some((name) => known.get(name)?.has(label)));
  return [...wrong, ...grouped];
}

/** As GitHub makes it of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

/** Parts of the runbook by the anchors of their headings. */
const parts = new Map(
  read('../../docs/runbook.md')
    .split(/^#+ /m)
    .map((part) => [anchorOf(part.split('\n', 1)[0] ?? ''), part] as const),
);

describe('alert rules', () => {
  it('are at least a dozen, each with a severity and a part of the runbook that names it', () => {
    expect(rules.length).toBeGreaterThanOrEqual(12);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels, annotations } of rules) {
      expect([alert, labels.severity]).toEqual([alert, expect.stringMatching(/^(critical|warning|info)$/)]);
      const linked = parts.get(annotations.runbook.replace('docs/runbook.md#', ''));
      for (const part of [linked, parts.get('metrics')]) expect(part).toContain(`\`${alert}\``);
    }
  });

  it('ask only for metrics and labels that there are', () => {
    expect(rules.flatMap(({ expr }) => namesIn(expr)).filter((name) => !known.has(name))).toEqual([]);
    expect(rules.flatMap(({ expr }) => unknownLabels(expr))).toEqual([]);
  });

  it('are valid, and stand or keep still as their cases say', async () => {
    const { promtool } = readInstalled(cacheFolderOf(process.env));
    const run = promisify(execFile);
    const options = { cwd: import.meta.dirname };

    await run(promtool, ['check', 'config', '--syntax-only', 'prometheus.yml'], options);
    const checked = await run(promtool, ['check', 'rules', 'alerts.yml'], options);
    const tested = await run(promtool, ['test', 'rules', 'alerts.test.yml'], options);

    expect(checked.stdout).toContain(`SUCCESS: ${rules.length} rules found`);
    expect(tested.stdout).toContain('SUCCESS');
  });
});

describe('the dashboard', () => {
  it('asks only for metrics and labels that there are', () => {
    expect(queries.flatMap(namesIn).filter((name) => !known.has(name))).toEqual([]);
    expect(queries.flatMap(unknownLabels)).toEqual([]);
  });

  it('shows every metric of ours, each store by its name, and fits on the page', () => {
    const shown = new Set(queries.flatMap(namesIn).map((name) => name.replace(/_(bucket|count|sum)$/, '')));
    const all = [...known.keys()].map((name) => name.replace(/_(bucket|count|sum)$/, ''));
    expect([...new Set(all)].filter((name) => !shown.has(name))).toEqual([]);
    for (const store of ['neo4j', 'postgres', 'qdrant', 'redis']) {
      expect(
        queries.filter((expr) => expr.includes(`"${store}"`) || expr.includes(`-${store}"`)).length,
      ).toBeGreaterThan(2);
    }
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});

describe('the containers', () => {
  it('have every role scraped', () => {
    const { scrape_configs: jobs } = parse(read('prometheus.yml')) as {
      scrape_configs: { dns_sd_configs: { names: string[] }[] }[];
    };
    expect(jobs[0]?.dns_sd_configs[0]?.names.toSorted()).toEqual([...roleNames].sort());
  });
});
