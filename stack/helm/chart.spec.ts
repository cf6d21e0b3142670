import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments, stringify } from 'yaml';

import { loadConfig, settings } from '#config';
import { topicOfEvent, topics, type TopicKey } from '#events';
import { cacheFolderOf, readInstalled } from '#stack';

import { roleNames, roles, rolesOnStaging } from '../../apps/roles.js';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

interface Container {
  readonly args: readonly string[];
  readonly image: string;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly name: string }[];
  readonly securityContext: unknown;
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Deployment {
  readonly replicas?: number;
  readonly template: { readonly spec: PodSpec };
}

interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: unknown;
  readonly containers: readonly [Container];
  readonly volumes: readonly { readonly name: string }[];
}

interface ScaledObject {
  readonly scaleTargetRef: { readonly name: string };
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly triggers: readonly [{ readonly type: string; readonly metadata: Readonly<Record<string, string>> }];
}

const run = promisify(execFile);
const chart = join(import.meta.dirname, 'penstock');
const { helm, pythonKubernetes } = readInstalled(cacheFolderOf(process.env));
/** Everything that can be turned on. */
const everything = [
  ...['keda.enabled', 'monitoring.podMonitor', 'monitoring.rules', 'monitoring.dashboard', 'networkPolicy.enabled'],
].flatMap((value) => ['--set', `${value}=true`]);
/** The oldest version that the chart accepts, and the newest whose schemas there are. */
const kubernetesVersions = ['1.30', '1.37'];
/** Kinds that operators bring, whose schemas come in no package. */
const custom = ['ScaledObject', 'PodMonitor', 'PrometheusRule'];
const topicKeys = Object.keys(topics) as TopicKey[];

let folder: string;
let all: readonly Manifest[];

async function rendered(...args: readonly string[]): Promise<Manifest[]> {
  const { stdout } = await run(helm, ['template', 'try', chart, ...args], { maxBuffer: 16 * 1024 * 1024 });
  return parseAllDocuments(stdout).flatMap((document) => (document.toJS() as Manifest | null) ?? []);
}

function ofKind<Spec>(manifests: readonly Manifest[], kind: string): Map<string, Spec> {
  const found = manifests.filter((one) => one.kind === kind);
  return new Map(
    found.map(({ metadata, spec }) => [metadata.labels['app.kubernetes.io/component'] ?? '', spec as Spec]),
  );
}

/** What all roles are told. */
function settingsIn(manifests: readonly Manifest[]): Readonly<Record<string, string>> {
  return (
    manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-settings'))?.data ?? {}
  );
}

/** Why the chart makes nothing of these values. */
async function refusal(...args: readonly string[]): Promise<string> {
  return rendered(...args).then(
    () => 'accepted',
    (error: unknown) => (error as { stderr: string }).stderr,
  );
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'penstock-chart-'));
  all = await rendered(...everything);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the chart', () => {
  it('passes Helm’s own checks', async () => {
    const { stdout } = await run(helm, ['lint', '--strict', chart]);

    expect(stdout).toContain('0 chart(s) failed');
  });

  it('is of the version that the application has', () => {
    const { version } = parse(readFileSync('package.json', 'utf8')) as { version: string };

    expect(parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8'))).toMatchObject({ version, appVersion: version });
  });

  it.each(kubernetesVersions)('makes nothing that Kubernetes %s does not know', async (version) => {
    const known = [...all, ...(await rendered('--set', 'networkPolicy.egress[0].ports[0].port=9092'))].filter(
      ({ kind }) => !custom.includes(kind),
    );
    const file = join(folder, `${version}.yaml`);
    writeFileSync(file, known.map((manifest) => stringify(manifest)).join('---\n'));

    const args = ['-m', 'kubernetes_validate', '-k', version, '--strict', file];
    const { stdout, stderr } = await run(pythonKubernetes, args).catch((error: unknown) => error as Said);

    expect(`${stdout}${stderr}`.match(/(ERROR|WARN).*/g)).toBeNull();
    expect(`${stdout}${stderr}`.match(/passed/g)).toHaveLength(known.length);
  });

  it('refuses more pods than partitions, settings that it makes itself, and values that it does not know', async () => {
    expect(await refusal('--set', 'keda.enabled=true,partitions=4')).toContain('more than the 4 partitions');
    expect(await refusal('--set', 'settings.PENSTOCK_PARTITIONS=8')).toContain('set by another value');
    expect(await refusal('--set', 'partition=8')).toContain('partition');
  });
});

interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

describe('its pods', () => {
  it('are of every role there is, each a Deployment of its own', () => {
    const deployments = ofKind<Deployment>(all, 'Deployment');

    expect([...deployments.keys()].sort()).toEqual([...roleNames].sort());
    for (const [role, { template }] of deployments) {
      expect(template.spec.containers[0].args).toEqual(['run', '--roles', role]);
    }
    expect([...ofKind(all, 'PodDisruptionBudget').keys()].sort()).toEqual([...roleNames].sort());
  });

  it('run with as few rights as can be', () => {
    for (const [role, { template }] of ofKind<Deployment>(all, 'Deployment')) {
      const { automountServiceAccountToken, containers, enableServiceLinks, securityContext } = template.spec;
      expect({ role, automountServiceAccountToken, enableServiceLinks, securityContext }).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('are asked where they answer', () => {
    for (const { template } of ofKind<Deployment>(all, 'Deployment').values()) {
      const [{ livenessProbe, ports, readinessProbe, startupProbe }] = template.spec.containers;
      expect(ports).toEqual([{ name: 'http', containerPort: 7070 }]);
      expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet)).toEqual([
        { path: '/health/live', port: 'http' },
        { path: '/health/live', port: 'http' },
        { path: '/health/ready', port: 'http' },
      ]);
    }
  });

  it('are given time to finish what is in hand', async () => {
    const longer = await rendered('--set', 'handlerDeadlineSeconds=300');
    for (const [manifests, seconds] of [[all, 120] as const, [longer, 300] as const]) {
      expect(settingsIn(manifests)['PENSTOCK_HANDLER_DEADLINE']).toBe(`${seconds}s`);
      for (const { template } of ofKind<Deployment>(manifests, 'Deployment').values()) {
        expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(seconds + 45);
      }
    }
  });

  it('reach staged bytes where their role has to do with them, and not in a bucket’s place', async () => {
    const inBucket = await rendered('--set', 'staging.kind=s3');
    const mounted = (manifests: readonly Manifest[]): string[] =>
      [...ofKind<Deployment>(manifests, 'Deployment')]
        .filter(([, { template }]) => template.spec.containers[0].volumeMounts.some(({ name }) => name === 'staging'))
        .map(([role]) => role);

    expect(mounted(all).sort()).toEqual([...rolesOnStaging].sort());
    expect(mounted(inBucket)).toEqual([]);
    expect(inBucket.some(({ kind }) => kind === 'PersistentVolumeClaim')).toBe(false);
  });
});

describe('its settings', () => {
  it('are settings that there are, parse, and hold no secret', () => {
    const known = Object.values(settings).map(({ env }) => env as string);
    const data = settingsIn(all);

    expect(Object.keys(data).filter((name) => !known.includes(name))).toEqual([]);
    expect(loadConfig(data)).toMatchObject({ partitions: 24, httpHost: '0.0.0.0', healthPort: 7070 });
    expect(Object.keys(data).filter((name) => /PASSWORD|SECRET|TOKEN|_KEY|POSTGRES_URL|REDIS_URL/.test(name))).toEqual(
      [],
    );
  });

  it('are in a Secret of the chart, or in one that is there already', async () => {
    const own = await rendered('--set', 'secrets.PENSTOCK_REDIS_URL=redis://:word@redis');
    const given = await rendered('--set', 'existingSecret=kept-elsewhere');

    expect(own.find(({ kind }) => kind === 'Secret')?.stringData).toEqual({
      PENSTOCK_REDIS_URL: 'redis://:word@redis',
    });
    expect(given.some(({ kind }) => kind === 'Secret')).toBe(false);
    expect(stringify(given)).toContain('name: kept-elsewhere');
  });
});

describe('its scaling by lag', () => {
  it('is of every role that consumes, by what its group has not read of its topic', () => {
    const scaled = ofKind<ScaledObject>(all, 'ScaledObject');
    const consuming = roles.filter((spec) => spec.consumes.length > 0 || 'takes' in spec);

    expect([...scaled.keys()].sort()).toEqual(consuming.map(({ role }) => role).sort());
    for (const spec of consuming) {
      const read = [...spec.consumes.map((event) => topicOfEvent[event]), ...('takes' in spec ? spec.takes : [])];
      const only = new Set<TopicKey>(read);
      const [{ metadata, type }] = scaled.get(spec.role)?.triggers ?? [{ type: '', metadata: {} }];
      expect({ type, group: metadata['consumerGroup'], topic: metadata['topic'] }).toEqual({
        type: 'kafka',
        group: `penstock.${spec.role}`,
        // Of a group that reads several topics, the lag of all of them counts.
        topic: only.size === 1 ? topics[topicKeys.find((key) => only.has(key)) ?? 'saga'].name : undefined,
      });
    }
  });

  it('never asks for more pods than there are partitions, nor for none, and leaves their number to KEDA', () => {
    const deployments = ofKind<Deployment>(all, 'Deployment');
    for (const [role, { maxReplicaCount, minReplicaCount, scaleTargetRef }] of ofKind<ScaledObject>(
      all,
      'ScaledObject',
    )) {
      expect([role, minReplicaCount >= 1, maxReplicaCount <= 24]).toEqual([role, true, true]);
      expect([role, deployments.get(role)?.replicas]).toEqual([role, undefined]);
      expect(all.some(({ kind, metadata }) => kind === 'Deployment' && metadata.name === scaleTargetRef.name)).toBe(
        true,
      );
    }
  });

  it('is off unless asked for', async () => {
    const plain = await rendered();

    expect(plain.some(({ kind }) => custom.includes(kind))).toBe(false);
    expect(ofKind<Deployment>(plain, 'Deployment').get('writer-neo4j')?.replicas).toBe(2);
  });
});

describe('its monitoring', () => {
  it('has the rules and the dashboard as they are for any Prometheus and Grafana', () => {
    const read = (path: string): string => readFileSync(new URL(`../monitoring/${path}`, import.meta.url), 'utf8');
    const dashboard = all.find(({ metadata }) => metadata.name.endsWith('-dashboard'))?.data?.['penstock.json'] ?? '';

    expect(all.find(({ kind }) => kind === 'PrometheusRule')?.spec).toEqual(parse(read('alerts.yml')));
    expect(JSON.parse(dashboard)).toEqual(JSON.parse(read('grafana/dashboard.json')));
  });

  it('labels processes by the names that the rules know', () => {
    const spec = all.find(({ kind }) => kind === 'PodMonitor')?.spec as {
      podMetricsEndpoints: [{ port: string; relabelings: { targetLabel: string; replacement?: string }[] }];
    };

    expect(spec.podMetricsEndpoints[0].port).toBe('http');
    expect(spec.podMetricsEndpoints[0].relabelings.map(({ targetLabel }) => targetLabel)).toEqual(['job', 'service']);
  });
});
