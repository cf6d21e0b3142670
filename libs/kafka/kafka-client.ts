import { Kafka, logLevel, type ISocketFactory, type logCreator, type SASLOptions } from 'kafkajs';

import type { Log } from '#telemetry';

import { registerCodecs } from './compression-codecs.js';

/** Where Kafka is, and how it is spoken to. */
export interface KafkaConnection {
  readonly brokers: readonly string[];
  /** Connections are encrypted, and brokers that ask are shown the certificate; absent for connections in clear. */
  readonly tls?: { readonly cert?: string; readonly key?: string } | undefined;
  readonly sasl?: KafkaLogin | undefined;
}

/** How Penstock logs in to Kafka. */
interface KafkaLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

export interface KafkaClientOptions extends KafkaConnection {
  readonly clientId: string;
  readonly log: Log;
  /** Makes the sockets; for TLS set-ups that kafkajs does not know, and for tests that cut connections. */
  readonly socketFactory?: ISocketFactory | undefined;
  /** Called with each line before it is written; what it throws is thrown where kafkajs logged. */
  readonly onLogLine?: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** kafkajs shortens its waits when NODE_ENV is test; written out, they are the same everywhere. */
const retry = { retries: 5, initialRetryTime: 200, maxRetryTime: 5000, factor: 0.2, multiplier: 2 };

/** The kafkajs client of a role instance. Only warnings and errors are logged, and of them only what is safe. */
export function kafkaClient({ log, onLogLine, ...options }: KafkaClientOptions): Kafka {
  const { brokers, clientId, socketFactory, tls, sasl } = options;
  registerCodecs();
  const creator: logCreator = () => (entry) => {
    const { message, timestamp: _timestamp, logger: _logger, ...details } = entry.log;
    onLogLine?.(message, details);
    const safe = Object.fromEntries(loggedFields.flatMap((name) => (name in details ? [[name, details[name]]] : [])));
    const line = { ...safe, kafkajs: entry.namespace, clientId };
    // kafkajs reports as errors what it then retries; what it can't repair reaches us as a failure or a crash.
    log[isRoutine(entry.namespace, message) ? 'debug' : 'warn'](line, message);
  };
  return new Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 5000,
    requestTimeout: 30_000,
    retry,
    logLevel: logLevel.WARN,
    logCreator: creator,
    ...(tls === undefined ? {} : { ssl: { ...tls } }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl } as SASLOptions }),
    ...(socketFactory === undefined ? {} : { socketFactory }),
  });
}

/** What a healthy group says at every start and rebalance: an answer that is asked for again, a member that rejoins. */
function isRoutine(namespace: string, message: string): boolean {
  return (
    (namespace === 'Connection' && message.startsWith('Response ')) || message.startsWith('The group is rebalancing')
  );
}

/** Everything else in a kafkajs log entry could carry settings or content. */
const loggedFields = [
  'groupId',
  'memberId',
  'topic',
  'partition',
  'broker',
  'error',
  'retryCount',
  'retryTime',
  'size',
];
