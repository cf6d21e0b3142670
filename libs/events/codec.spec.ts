import { beforeEach, describe, expect, it } from '@jest/globals';
import avro from 'avsc';

import { PoisonMessage, TransientFailure } from '#failure';

import { emission, outgoingEvent } from './cloud-events.js';
import { EventCodec } from './codec.js';
import { SchemaRegistryClient } from './schema-registry.js';

const schemas = new URL('../../avro/', import.meta.url);

/** A registry in memory: ids count up, and it can be away. */
class MemoryRegistry extends SchemaRegistryClient {
  readonly sources: string[] = [];
  readonly subjects: string[] = [];
  lookUps = 0;
  away = false;

  override register(subject: string, source: string): Promise<number> {
    this.subjects.push(subject);
    this.sources.push(source);
    return Promise.resolve(this.sources.length);
  }

  override schemaById(id: number): Promise<string> {
    this.lookUps += 1;
    if (this.away) return Promise.reject(new TransientFailure('away'));
    const source = this.sources[id - 1];
    return source === undefined ? Promise.reject(new PoisonMessage('unknown')) : Promise.resolve(source);
  }
}

const receipt = emission('StoreWritten', {
  namespace: 'default',
  documentId: 'a "quoted" name 🙂',
  ingestionId: '01930000-0000-7000-8000-000000000001',
  version: 3,
  store: 'redis',
  counts: { parts: 1, chunks: 2, entities: 3, facts: 4, mentions: 5 },
  writtenAt: 1_793_491_200_000,
});

describe('EventCodec', () => {
  let registry: MemoryRegistry;
  let codec: EventCodec;

  beforeEach(async () => {
    registry = new MemoryRegistry();
    codec = new EventCodec(registry, schemas);
    await codec.start();
  });

  it('registers each record under its full name', () => {
    expect(registry.subjects).toContain('io.penstock.events.v1.StoreWritten');
    expect(registry.subjects).toHaveLength(12);
  });

  it('brings back what it encoded, in Confluent wire format', async () => {
    const value = codec.encode(receipt);

    expect(value.readUInt8(0)).toBe(0);
    expect(await codec.decode(value)).toEqual(receipt);
  });

  it('asks the registry once for a schema that many records wait for', async () => {
    const value = codec.encode(receipt);

    await Promise.all(Array.from({ length: 20 }, () => codec.decode(value)));

    // One for the schema, and one for each of ours, to know that the registry is the one it was.
    expect(registry.lookUps).toBe(1 + 12);
  });

  it('asks again after the registry was away, and takes nothing for poison meanwhile', async () => {
    const value = codec.encode(receipt);
    registry.away = true;
    await expect(codec.decode(value)).rejects.toBeInstanceOf(TransientFailure);
    registry.away = false;

    expect(await codec.decode(value)).toEqual(receipt);
  });

  it('reads a record that names its schema by content without the registry, whatever its id says', async () => {
    const value = codec.encode(receipt);
    value.writeInt32BE(999_999, 1);
    registry.away = true;

    expect(await codec.decode(value, codec.dataSchema('StoreWritten'))).toEqual(receipt);
    expect(registry.lookUps).toBe(0);
  });

  it('waits for a registry that was emptied, and takes nothing for poison meanwhile', async () => {
    const value = codec.encode(receipt);
    const before = registry.sources.splice(0);

    await expect(codec.decode(value)).rejects.toMatchObject({ kind: 'transient', reason: 'registry-changed' });
    registry.sources.push(...before);

    expect(await codec.decode(value)).toEqual(receipt);
  });

  it('reads nothing with another schema while a registry gives ids another meaning', async () => {
    const value = codec.encode(receipt);
    registry.sources.reverse();

    await expect(codec.decode(value)).rejects.toMatchObject({ kind: 'transient', reason: 'registry-changed' });
  });

  it('takes a record for poison that names another schema than its id leads to', async () => {
    const decoding = codec.decode(codec.encode(receipt), 'urn:avro:sha256:00');

    await expect(decoding).rejects.toMatchObject({ kind: 'poison', reason: 'unknown-schema' });
  });

  it.each([
    ['null', null],
    ['an empty value', Buffer.alloc(0)],
    ['JSON', Buffer.from('{"a":1}')],
    ['another magic byte', Buffer.from([1, 0, 0, 0, 1, 0])],
    ['an unknown schema id', Buffer.from([0, 0, 0, 39, 15, 0])],
    ['a truncated record', Buffer.from([0, 0, 0, 0, 1, 2, 65])],
  ])('takes %s for poison', async (_name, value) => {
    await expect(codec.decode(value)).rejects.toBeInstanceOf(PoisonMessage);
  });

  it('takes a foreign record for poison', async () => {
    const source = '{"type":"record","name":"Other","namespace":"com.example","fields":[]}';
    const id = await registry.register('com.example.Other', source);
    const body = avro.Type.forSchema(JSON.parse(source) as avro.Schema).toBuffer({});
    const prefix = Buffer.alloc(5);
    prefix.writeInt32BE(id, 1);

    await expect(codec.decode(Buffer.concat([prefix, body]))).rejects.toThrow('not one of io.penstock.events.v1');
  });

  it('refuses to encode a payload that does not fit', () => {
    const broken = emission('StoreWritten', { ...receipt.payload, version: 'three' } as never);

    expect(() => codec.encode(broken)).toThrow(PoisonMessage);
  });
});

describe('outgoingEvent', () => {
  it('says the same event with the same id, and names its document', () => {
    const first = outgoingEvent(receipt, { role: 'writer-redis', timeMs: 0 });
    const again = outgoingEvent(receipt, { role: 'writer-redis', timeMs: 5 });

    expect(again.headers['ce_id']).toBe(first.headers['ce_id']);
    expect(first.topic).toBe('penstock.documents.saga');
    expect(first.key).toBe('default/a "quoted" name 🙂');
    expect(first.headers).toMatchObject({
      ce_specversion: '1.0',
      ce_type: 'io.penstock.events.v1.StoreWritten',
      ce_source: '/penstock/writer-redis',
      ce_ingestionid: '01930000-0000-7000-8000-000000000001',
      ce_documentversion: '3',
      ce_time: '1970-01-01T00:00:00.000Z',
    });
  });
});
