import { describe, expect, it } from '@jest/globals';

import { defaultPorts } from './addresses.js';
import { kafkaProperties, neo4jConf, postgresConf, redisConf, registryProperties } from './config-files.js';

describe('configuration files', () => {
  it('let every service listen on loopback only', () => {
    expect(kafkaProperties(defaultPorts, '/data')).toContain(
      'listeners=PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093\n',
    );
    expect(registryProperties(defaultPorts)).toContain('quarkus.http.host=127.0.0.1\nquarkus.http.port=18081\n');
    expect(neo4jConf(defaultPorts)).toContain('server.bolt.listen_address=127.0.0.1:17687\n');
    expect(postgresConf(defaultPorts)).toContain(`listen_addresses='127.0.0.1'\nport=15432\n`);
    expect(redisConf(defaultPorts, '/data')).toContain('bind 127.0.0.1\nport 16379\n');
  });

  it('keep what was written through a crash', () => {
    expect(redisConf(defaultPorts, '/data')).toContain('appendonly yes\nappendfsync everysec\n');
    expect(postgresConf(defaultPorts)).toContain('fsync=on\nsynchronous_commit=on\n');
    expect(registryProperties(defaultPorts)).toContain('jdbc:postgresql://127.0.0.1:15432/registry\n');
  });

  it('never let Kafka create a topic by accident, nor change its limits on messages', () => {
    const properties = kafkaProperties(defaultPorts, '/data');

    expect(properties).toContain('auto.create.topics.enable=false\n');
    expect(properties).not.toMatch(/message\.max|fetch\.max/);
  });

  it('advertise the proxy, not the broker, on each listener that stands behind one', () => {
    const proxies = [5001, 6001].map((listenPort) => ({ listenPort, advertisedPort: listenPort + 1 }));
    const properties = kafkaProperties(defaultPorts, '/data', proxies);

    const listeners = (at: number): string => `,PROXIED0://127.0.0.1:${5001 + at},PROXIED1://127.0.0.1:${6001 + at}\n`;
    expect(properties).toContain(`CONTROLLER://127.0.0.1:19093${listeners(0)}`);
    expect(properties).toContain(`PLAINTEXT://127.0.0.1:19092${listeners(1)}`);
    expect(properties).toContain('CONTROLLER:PLAINTEXT,PROXIED0:PLAINTEXT,PROXIED1:PLAINTEXT\n');
  });

  it('bear a folder with a space in its name', () => {
    expect(redisConf(defaultPorts, '/my data')).toContain('dir "/my data"\n');
  });
});
