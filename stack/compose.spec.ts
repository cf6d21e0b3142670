import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

import { beforeAll, describe, expect, it } from '@jest/globals';

import { loadConfig, settings } from '#config';

import { v8Flags } from '../apps/penstock/v8-flags.js';
import { roleNames, rolesOnStaging, type RoleName } from '../apps/roles.js';
import { readCompose, type ComposeService } from '../test/services/read-compose.js';

const profiles = ['stack', 'roles', 'ui'];
let services: Readonly<Record<string, ComposeService>>;
let ofRoles: readonly (readonly [RoleName, ComposeService])[];

beforeAll(async () => {
  ({ services } = await readCompose());
  ofRoles = roleNames.flatMap((role) => (services[role] === undefined ? [] : [[role, services[role]] as const]));
});

describe('docker-compose.yml', () => {
  it('has three profiles, each of which starts with all that its containers wait for', () => {
    const all = Object.entries(services);

    expect(new Set(all.flatMap(([, one]) => one.profiles ?? ['none']))).toEqual(new Set(profiles));
    for (const profile of profiles) {
      const started = all.filter(([, one]) => one.profiles?.includes(profile)).map(([name]) => name);
      const waitedFor = started.flatMap((name) => Object.keys(services[name]?.depends_on ?? {}));
      expect([profile, waitedFor.filter((name) => !started.includes(name))]).toEqual([profile, []]);
    }
  });

  it('names every image by an exact version, and asks every container whether it is well', () => {
    for (const [name, { image, healthcheck, depends_on: waited = {} }] of Object.entries(services)) {
      expect([name, image]).toEqual([name, expect.stringMatching(/:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/)]);
      expect([name, healthcheck?.test.length ?? 0]).not.toEqual([name, 0]);
      expect(Object.values(waited).map(({ condition }) => condition)).not.toContain('service_started');
    }
  });

  it('builds its image from exact versions, of its builder too', () => {
    const dockerfile = readFileSync('stack/Dockerfile', 'utf8');
    const named = dockerfile.matchAll(/^(?:# *syntax *=|ARG \w+_IMAGE=|FROM )(?!\$)(\S+)/gm);
    const own = Array.from(dockerfile.matchAll(/ AS (\S+)$/gm), ([, stage]) => stage);
    const images = Array.from(named, ([, image]) => image).filter((image) => !own.includes(image));

    expect(images).not.toEqual([]);
    for (const image of images) expect(image).toMatch(/:\d+\.\d+\.\d+(-[a-z]+)?$/);
  });

  it('publishes on loopback only, and no port twice', () => {
    const published = Object.values(services).flatMap(({ ports = [] }) => ports);

    expect(published.map(({ host_ip }) => host_ip).filter((host) => host !== '127.0.0.1')).toEqual([]);
    expect(new Set(published.map((one) => one.published)).size).toBe(published.length);
  });

  it('runs every role, each alone, as many times as asked for: only the API has a port of the host', () => {
    expect(ofRoles.map(([role]) => role)).toEqual(roleNames);
    for (const [role, service] of ofRoles) {
      expect(service.command).toEqual(['run', '--roles', role]);
      expect([role, service.ports?.length ?? 0, service.container_name]).toEqual([
        role,
        role === 'api' ? 1 : 0,
        undefined,
      ]);
    }
  });

  it('runs roles with as few rights as can be, with the volume of staged bytes where they need it', () => {
    for (const [role, service] of ofRoles) {
      const { cap_drop, read_only, security_opt } = service;
      expect({ role, cap_drop, read_only, security_opt }).toEqual({
        role,
        cap_drop: ['ALL'],
        read_only: true,
        security_opt: ['no-new-privileges:true'],
      });
      const mounted = service.volumes?.some(({ source }) => source === 'staging') ?? false;
      expect([role, mounted]).toEqual([role, rolesOnStaging.includes(role)]);
    }
    expect(readFileSync('stack/Dockerfile', 'utf8')).toMatch(/^USER penstock$/m);
  });

  it('starts roles as the installed command does', () => {
    const words = JSON.stringify(['node', ...v8Flags, 'dist/apps/penstock/main.js']);
    expect(readFileSync('stack/Dockerfile', 'utf8').replaceAll('", "', '","')).toContain(`\nENTRYPOINT ${words}\n`);
  });

  it('takes a role for well by the status of its answer alone, and asks without starting a Node', async () => {
    let answer = 200;
    const asked: unknown[] = [];
    const server = createServer(({ url, headers: { host } }, response) => {
      asked.push({ url, host });
      response.writeHead(answer).end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = (server.address() as AddressInfo).port;
    const inImage = /HEALTHCHECK .*\\\n {2}CMD (\[.*\])$/m.exec(readFileSync('stack/Dockerfile', 'utf8'))?.[1] ?? '[]';
    const ofService = (services['writer-neo4j']?.healthcheck?.test ?? []).map((part) => part.replaceAll('$$', '$'));

    for (const [program = '', ...rest] of [ofService.slice(1), JSON.parse(inImage) as string[]]) {
      const env = { PATH: process.env.PATH, PENSTOCK_HEALTH_PORT: String(port) };
      const check = () => promisify(execFile)(program, rest, { env });
      answer = 200;
      await check();
      answer = 503;
      await expect(check()).rejects.toMatchObject({ code: 1 });
      expect(program).toBe('bash');
    }
    expect(asked).toEqual(Array.from({ length: 4 }, () => ({ url: '/health/ready', host: '127.0.0.1' })));
    server.close();
    await once(server, 'close');
    await expect(
      promisify(execFile)('bash', ofService.slice(2), { env: { PENSTOCK_HEALTH_PORT: String(port) } }),
    ).rejects.toMatchObject({ code: 1 });
  });

  it('gives roles settings that there are, and time to finish what is in hand', () => {
    const known = Object.values(settings).map(({ env }) => env as string);
    for (const [role, { environment = {}, stop_grace_period: grace = '' }] of ofRoles) {
      expect([role, Object.keys(environment).filter((name) => !known.includes(name))]).toEqual([role, []]);
      const { handlerDeadlineMs } = loadConfig(environment);
      const [, minutes = '0', seconds = '0'] = /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(grace) ?? [];
      expect((Number(minutes) * 60 + Number(seconds)) * 1000).toBeGreaterThan(handlerDeadlineMs + 45_000);
    }
  });
});
