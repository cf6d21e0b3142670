import { createPrivateKey, X509Certificate } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { settings, type Config, type SettingName } from '#config';
import { PermanentFailure } from '#failure';
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

function kafkaTls({ kafkaTls: encrypted, kafkaCert, kafkaKey: key }: KafkaSettings): KafkaConnection['tls'] {
  if (!encrypted) {
    if (kafkaCert !== undefined) throw badSetting('kafkaCert', 'is of no use without PENSTOCK_KAFKA_TLS=true');
    if (key !== undefined) throw badSetting('kafkaKey', 'is of no use without PENSTOCK_KAFKA_TLS=true');
    return undefined;
  }
  const [own] = kafkaCert ?? [];
  if (kafkaCert === undefined || own === undefined) {
    if (key !== undefined) throw badSetting('kafkaCert', 'must hold the certificate of PENSTOCK_KAFKA_KEY');
    return {};
  }
  if (key === undefined) throw badSetting('kafkaKey', 'must hold the key of PENSTOCK_KAFKA_CERT');
  if (!new X509Certificate(own).checkPrivateKey(createPrivateKey(key))) {
    throw badSetting('kafkaKey', 'is not the key of the first certificate of PENSTOCK_KAFKA_CERT');
  }
  return { cert: kafkaCert.join('\n'), key };
}

function kafkaLogin(config: KafkaSettings): KafkaConnection['sasl'] {
  const { kafkaSasl: mechanism, kafkaUser: username, kafkaPassword: password } = config;
  if (mechanism === 'none') {
    if (username !== undefined) throw badSetting('kafkaUser', 'is of no use without PENSTOCK_KAFKA_SASL');
    if (password !== undefined) throw badSetting('kafkaPassword', 'is of no use without PENSTOCK_KAFKA_SASL');
    return undefined;
  }
  const missing = `must not be empty with PENSTOCK_KAFKA_SASL=${mechanism}`;
  if (username === undefined) throw badSetting('kafkaUser', missing);
  if (password === undefined) throw badSetting('kafkaPassword', missing);
  return { mechanism, username, password };
}

function badSetting(name: SettingName, problem: string): PermanentFailure {
  return new PermanentFailure(`${settings[name].env} ${problem}`, { reason: 'bad-configuration' });
}
