import { postgresName, type Ports } from './addresses.js';

/**
 * One more Kafka listener, whose advertised port is that of a proxy in front of it: through it a test can cut the link
 * between one client and the broker. Without it a client would learn the direct address and go round the proxy. Each
 * client that is to be cut alone needs a listener of its own.
 */
export interface KafkaProxy {
  readonly listenPort: number;
  readonly advertisedPort: number;
}

/**
 * server.properties of a single KRaft node. Limits on messages stay Kafka's own; nothing is replicated, all is on disk.
 */
export function kafkaProperties(ports: Ports, logFolder: string, proxies: readonly KafkaProxy[] = []): string {
  const proxied = (ports: readonly number[]): string =>
    ports.map((port, i) => `,PROXIED${i}://127.0.0.1:${port}`).join('');
  const protocols = proxies.map((_, i) => `,PROXIED${i}:PLAINTEXT`).join('');
  return lines({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.kafkaController}`,
    listeners:
      `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}` +
      proxied(proxies.map(({ listenPort }) => listenPort)),
    'advertised.listeners':
      `PLAINTEXT://127.0.0.1:${ports.kafka}` + proxied(proxies.map(({ advertisedPort }) => advertisedPort)),
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${protocols}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logFolder,
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.num.partitions': 8,
    'offsets.topic.replication.factor': 1,
    // By default a group that is away for as long as records are kept is forgotten with them, and nobody sees the gap.
    'offsets.retention.minutes': 365 * 24 * 60,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // The default of 128 MB is allocated at once, a third of this broker's heap.
    'log.cleaner.dedupe.buffer.size': 32 * 1024 * 1024,
  });
}

/** Kafka's own logging: warnings and errors to standard output, which goes to the service's log file. */
export function kafkaLogging(): string {
  return lines({
    'appender.console.type': 'Console',
    'appender.console.name': 'console',
    'appender.console.layout.type': 'PatternLayout',
    'appender.console.layout.pattern': '%d{ISO8601} %p %c: %m%n',
    'rootLogger.level': 'WARN',
    'rootLogger.appenderRef.console.ref': 'console',
  });
}

/**
 * application.properties of the schema registry: it keeps its schemas in PostgreSQL, so ids survive whatever kills it.
 */
export function registryProperties(ports: Ports): string {
  return lines({
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': ports.registry,
    'quarkus.log.level': 'WARN',
    'quarkus.log.category."io.apicurio".level': 'WARN',
    'quarkus.log.console.color': false,
    'quarkus.http.access-log.enabled': false,
    'apicurio.storage.kind': 'sql',
    'apicurio.storage.sql.kind': 'postgresql',
    'apicurio.datasource.url': `jdbc:postgresql://127.0.0.1:${ports.postgres}/registry`,
    'apicurio.datasource.username': postgresName,
    'apicurio.datasource.password': postgresName,
    'apicurio.datasource.jdbc.initial-size': 1,
    'apicurio.datasource.jdbc.min-size': 1,
    'apicurio.datasource.jdbc.max-size': 10,
  });
}

/** neo4j.conf. Authentication is off because Bolt listens on loopback only. */
export function neo4jConf(ports: Ports): string {
  return lines({
    'server.bolt.enabled': true,
    'server.bolt.listen_address': `127.0.0.1:${ports.neo4j}`,
    'server.bolt.advertised_address': `127.0.0.1:${ports.neo4j}`,
    'dbms.security.auth_enabled': false,
    'dbms.usage_report.enabled': false,
    'server.memory.pagecache.size': '256m',
    // The databases are closed before the network threads are, which would idle through five seconds twice.
    'internal.dbms.bolt.netty_server_shutdown_quiet_period': 0,
    'server.config.strict_validation.enabled': true,
  });
}

/**
 * postgresql.conf, whole: it replaces what initdb wrote. No Unix socket, so nothing but the port can collide with
 * another server.
 */
export function postgresConf(ports: Ports): string {
  return lines({
    listen_addresses: `'127.0.0.1'`,
    port: ports.postgres,
    unix_socket_directories: `''`,
    max_connections: 200,
    shared_buffers: '128MB',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    password_encryption: 'scram-sha-256',
    timezone: `'UTC'`,
    log_timezone: `'UTC'`,
    default_text_search_config: `'pg_catalog.english'`,
    log_line_prefix: `'%m [%p] '`,
  });
}

/** redis.conf: every write goes to the append-only file, and a full memory refuses writes instead of dropping keys. */
export function redisConf(ports: Ports, folder: string): string {
  const settings = {
    bind: '127.0.0.1',
    port: ports.redis,
    'protected-mode': 'yes',
    daemonize: 'no',
    dir: JSON.stringify(folder),
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    save: '""',
  };
  return lines(settings, ' ');
}

function lines(settings: Readonly<Record<string, string | number | boolean>>, separator = '='): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}${separator}${value}\n`)
    .join('');
}
