import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { cacheFolderOf, clusterId, findFreePorts, newDataFolder, readInstalled } from '#stack';

import type { Authority } from './certificates.js';

interface KafkaPorts {
  readonly login: number;
  readonly certificate: number;
  readonly inside: number;
  readonly controller: number;
}

/** A user that a broker knows. */
export interface KafkaUser {
  readonly name: string;
  readonly password: string;
}

/** A broker of a test that speaks TLS alone: at one address who comes logs in, at the other shows a certificate. */
export class SecureKafka {
  private constructor(
    private readonly folder: string,
    private readonly ports: KafkaPorts,
    private readonly broker: ChildProcess,
  ) {}

  /** Starts it; it may take a while to answer. */
  static async start(authority: Authority, user: KafkaUser): Promise<SecureKafka> {
    const folder = newDataFolder('secure-kafka');
    const [login = 0, certificate = 0, inside = 0, controller = 0] = await findFreePorts(4);
    const ports = { login, certificate, inside, controller };
    const { cert, key } = authority.vouchFor('kafka');
    writeFileSync(join(folder, 'kafka.pem'), `${key}${cert}`);
    const properties = join(folder, 'server.properties');
    const settings = { ...brokerSettings(ports, folder), ...securitySettings(folder, authority.file, user) };
    writeFileSync(
      properties,
      Object.entries(settings)
        .map((setting) => setting.join('='))
        .join('\n'),
    );
    const { java, kafka } = readInstalled(cacheFolderOf(process.env));
    const program = ['-Xmx384m', '-XX:TieredStopAtLevel=1', '-cp', join(kafka, '*')];
    const users = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      ...['--add-scram', `${mechanism}=[name=${user.name},password=${user.password}]`],
    ]);
    const id = clusterId(randomBytes(16));
    const format = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', properties, ...users];
    execFileSync(java, [...program, ...format], { stdio: 'ignore', cwd: folder });
    const broker = spawn(java, [...program, 'kafka.Kafka', properties], { stdio: 'ignore', cwd: folder });
    return new SecureKafka(folder, ports, broker);
  }

  /** Where clients log in. */
  get loginAddress(): string {
    return `localhost:${this.ports.login}`;
  }

  /** Where clients must show a certificate of the authority. */
  get certificateAddress(): string {
    return `localhost:${this.ports.certificate}`;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => void this.broker.once('exit', resolve));
    if (this.broker.exitCode === null && this.broker.kill('SIGKILL')) await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function brokerSettings(ports: KafkaPorts, folder: string): Record<string, string> {
  const { login, certificate, inside, controller } = ports;
  const secure = `LOGIN://localhost:${login},CERTIFICATE://localhost:${certificate}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners:
      `LOGIN://127.0.0.1:${login},CERTIFICATE://127.0.0.1:${certificate},` +
      `INSIDE://127.0.0.1:${inside},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `${secure},INSIDE://127.0.0.1:${inside}`,
    'listener.security.protocol.map': 'LOGIN:SASL_SSL,CERTIFICATE:SSL,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INSIDE',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'group.initial.rebalance.delay.ms': '0',
    'log.cleaner.dedupe.buffer.size': String(32 * 1024 * 1024),
  };
}

function securitySettings(folder: string, authorityFile: string, user: KafkaUser): Record<string, string> {
  const module = (name: string): string => `org.apache.kafka.common.security.${name} required`;
  const listener = 'listener.name.login';
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': join(folder, 'kafka.pem'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': authorityFile,
    'listener.name.certificate.ssl.client.auth': 'required',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    [`${listener}.plain.sasl.jaas.config`]: `${module('plain.PlainLoginModule')} user_${user.name}="${user.password}";`,
    [`${listener}.scram-sha-256.sasl.jaas.config`]: `${module('scram.ScramLoginModule')};`,
    [`${listener}.scram-sha-512.sasl.jaas.config`]: `${module('scram.ScramLoginModule')};`,
  };
}
