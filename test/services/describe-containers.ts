import { serviceNames, type Ports, type ServiceName } from '#stack';

import type { ComposeFile, ComposeHealthCheck, ComposeService } from './read-compose.js';

/** What Docker is asked for when tests run a service of docker-compose.yml in a container. */
export interface ContainerDescription {
  /** Also its name in the network of the containers. */
  readonly name: ServiceName;
  readonly image: string;
  /** Instead of the image's own. */
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly container: number; readonly host: number }[];
  readonly files: readonly { readonly content: string; readonly target: string }[];
  readonly health: HealthCheck;
  /** Services that must be healthy before this one starts. */
  readonly needs: readonly string[];
}

export interface HealthCheck {
  readonly test: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startPeriodMs: number;
  readonly retries: number;
}

const carriedOver = ['image', 'command', 'environment', 'healthcheck', 'ports', 'configs', 'depends_on'];
/** Tests start what they need, want to see a crash, and keep no data. */
const leftOut = ['profiles', 'networks', 'restart', 'volumes'];

/**
 * The services of the stack as docker-compose.yml has them, on other ports of the host. Throws an Error when the file
 * asks for something that would be lost.
 */
export function describeContainers(compose: ComposeFile, ports: Ports): ContainerDescription[] {
  return serviceNames.map((name) => {
    const service = compose.services[name];
    if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
    return describe(name, service, compose, ports);
  });
}

function describe(name: ServiceName, service: ComposeService, compose: ComposeFile, all: Ports): ContainerDescription {
  const lost = Object.keys(service).filter((key) => !carriedOver.includes(key) && !leftOut.includes(key));
  if (lost.length > 0) throw new Error(`docker-compose.yml says for ${name} what tests do not carry over: ${lost}`);
  const [port, more] = service.ports ?? [];
  if (port === undefined || more !== undefined) throw new Error(`${name} must publish one port in docker-compose.yml`);
  const host = all[name];
  return {
    name,
    image: service.image,
    ...(service.command === undefined ? {} : { command: service.command }),
    environment: moved(service.environment ?? {}, port.published ?? '', host),
    ports: [{ container: port.target, host }],
    files: (service.configs ?? []).map(({ source, target }) => ({ content: contentOf(compose, source), target })),
    health: healthOf(name, service.healthcheck),
    needs: Object.keys(service.depends_on ?? {}),
  };
}

/** A service that tells clients where it is (Kafka does) has to name the port by which the host reaches it. */
function moved(environment: Readonly<Record<string, string>>, from: string, to: number): Record<string, string> {
  const address = new RegExp(`127\\.0\\.0\\.1:${from}(?!\\d)`, 'g');
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.map(([name, value]) => [name, value.replace(address, `127.0.0.1:${to}`)]));
}

function contentOf({ configs }: ComposeFile, name: string): string {
  const content = configs[name]?.content;
  if (content === undefined) throw new Error(`the config ${name} of docker-compose.yml has no content of its own`);
  return content;
}

function healthOf(name: string, check: ComposeHealthCheck | undefined): HealthCheck {
  if (check === undefined) throw new Error(`${name} has no health check in docker-compose.yml`);
  return {
    test: check.test,
    intervalMs: millisecondsOf(check.interval),
    timeoutMs: millisecondsOf(check.timeout),
    startPeriodMs: millisecondsOf(check.start_period),
    retries: check.retries ?? 0,
  };
}

/** Of `1h2m3s`, as Compose writes every duration; 0, which is Docker's default, of nothing. */
function millisecondsOf(duration = '0s'): number {
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration);
  if (parts === null) throw new Error(`${duration} is no duration in whole seconds`);
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
