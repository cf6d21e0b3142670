import { createPrivateKey, X509Certificate } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { settings, type Config, type SettingName } from '#config';
import { PermanentFailure } from '#failure';
import type { RegistryLogin } from '#events';
import type { KafkaConnection } from '#kafka';

let publicAuthorities: readonly string[] | undefined;

/** Connections that this process opens from now on trust the authorities of the settings beside the public ones. */
export function trustAuthorities({ ca }: Pick<Config, 'ca'>): void {
  if (ca === undefined && publicAuthorities === undefined) return;
  publicAuthorities ??= getCACertificates('default');
  setDefaultCACertificates([...publicAuthorities, ...(ca ?? [])]);
}

type KafkaSettings = Pick<
  Config,
  'kafkaBrokers' | 'kafkaTls' | 'kafkaCert' | 'kafkaKey' | 'kafkaSasl' | 'kafkaUser' | 'kafkaPassword'
>;

/** How Kafka is reached. @throws PermanentFailure `bad-configuration` if settings contradict each other. */
export function kafkaConnection(config: KafkaSettings): KafkaConnection {
  return { brokers: config.kafkaBrokers, tls: kafkaTls(config), sasl: kafkaLogin(config) };
}

function kafkaTls(config: KafkaSettings): ClientCertificate | undefined {
  if (config.kafkaTls) return clientCertificate(config, 'kafkaCert', 'kafkaKey');
  requireUnset(config, ['kafkaCert', 'kafkaKey'], 'is of no use without PENSTOCK_KAFKA_TLS=true');
  return undefined;
}

function kafkaLogin(config: KafkaSettings): KafkaConnection['sasl'] {
  const { kafkaSasl: mechanism, kafkaUser: username, kafkaPassword: password } = config;
  if (mechanism === 'none') {
    requireUnset(config, ['kafkaUser', 'kafkaPassword'], 'is of no use without PENSTOCK_KAFKA_SASL');
    return undefined;
  }
  const missing = `must not be empty with PENSTOCK_KAFKA_SASL=${mechanism}`;
  if (username === undefined) throw badSetting('kafkaUser', missing);
  if (password === undefined) throw badSetting('kafkaPassword', missing);
  return { mechanism, username, password };
}

/** Who Penstock is to the schema registry, if it asks. @throws as `kafkaConnection`. */
export function registryLogin(config: Pick<Config, 'registryUser' | 'registryPassword'>): RegistryLogin | undefined {
  const { registryUser: username, registryPassword: password } = config;
  if (username === undefined) {
    requireUnset(config, ['registryPassword'], 'is of no use without PENSTOCK_REGISTRY_USER');
    return undefined;
  }
  if (password === undefined) throw badSetting('registryPassword', 'must not be empty with PENSTOCK_REGISTRY_USER');
  return { username, password };
}

export type RedisSettings = Pick<Config, 'redisUrl' | 'redisCert' | 'redisKey'>;

/** What connections to Redis are encrypted with; nothing for an address in clear. @throws as `kafkaConnection`. */
export function redisTls(config: RedisSettings): ClientCertificate | undefined {
  if (config.redisUrl.startsWith('rediss:')) return clientCertificate(config, 'redisCert', 'redisKey');
  requireUnset(config, ['redisCert', 'redisKey'], 'is of no use unless PENSTOCK_REDIS_URL begins with rediss');
  return undefined;
}

/** What a client shows who asks for a certificate; empty if it has none. */
interface ClientCertificate {
  readonly cert?: string;
  readonly key?: string;
}

function clientCertificate<Cert extends SettingName, Key extends SettingName>(
  config: Readonly<Record<Cert, readonly string[] | undefined> & Record<Key, string | undefined>>,
  certName: Cert,
  keyName: Key,
): ClientCertificate {
  const [certificates, key]: [readonly string[] | undefined, string | undefined] = [config[certName], config[keyName]];
  const [own] = certificates ?? [];
  const [certEnv, keyEnv] = [settings[certName].env, settings[keyName].env];
  if (certificates === undefined || own === undefined) {
    if (key !== undefined) throw badSetting(certName, `must hold the certificate of ${keyEnv}`);
    return {};
  }
  if (key === undefined) throw badSetting(keyName, `must hold the key of ${certEnv}`);
  if (!new X509Certificate(own).checkPrivateKey(createPrivateKey(key))) {
    throw badSetting(keyName, `is not the key of the first certificate of ${certEnv}`);
  }
  return { cert: certificates.join('\n'), key };
}

function requireUnset<Name extends SettingName>(
  config: Readonly<Record<Name, unknown>>,
  names: readonly Name[],
  problem: string,
): void {
  const given = names.find((name) => config[name] !== undefined);
  if (given !== undefined) throw badSetting(given, problem);
}

function badSetting(name: SettingName, problem: string): PermanentFailure {
  return new PermanentFailure(`${settings[name].env} ${problem}`, { reason: 'bad-configuration' });
}
