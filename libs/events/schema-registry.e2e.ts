import { randomUUID } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { ConfluentSchemaRegistry } from './schema-registry.js';

const url = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { registry: string }).registry;
const contentType = { 'content-type': 'application/vnd.schemaregistry.v1+json' };

function aSchema(): { subject: string; source: string } {
  const name = `Test${randomUUID().replaceAll('-', '')}`;
  const source = JSON.stringify({ type: 'record', name, namespace: 'test', fields: [{ name: 'a', type: 'string' }] });
  return { subject: `test.${name}`, source };
}

async function compatibilityOf(subject: string): Promise<unknown> {
  return ((await (await fetch(`${url}/config/${subject}`)).json()) as Record<string, unknown>)['compatibilityLevel'];
}

describe('ConfluentSchemaRegistry', () => {
  it('gives processes that register the same new schemas at the same time the same ids', async () => {
    const schemas = Array.from({ length: 5 }, aSchema);
    const processes = Array.from({ length: 6 }, () => new ConfluentSchemaRegistry(url));
    const register = (registry: ConfluentSchemaRegistry): Promise<number[]> =>
      Promise.all(schemas.map(({ subject, source }) => registry.register(subject, source)));

    const ids = await Promise.all(processes.map(register));

    expect(new Set(ids.map((one) => one.join()))).toEqual(new Set([ids[0]?.join()]));
    for (const { subject } of schemas) expect(await compatibilityOf(subject)).toBe('FULL_TRANSITIVE');
  });

  it('protects a subject that a process registered and died before it could', async () => {
    const { subject, source } = aSchema();
    const body = JSON.stringify({ schema: source });
    const response = await fetch(`${url}/subjects/${subject}/versions`, { method: 'POST', headers: contentType, body });
    const { id } = (await response.json()) as { id: number };
    expect(await compatibilityOf(subject)).not.toBe('FULL_TRANSITIVE');

    const registered = await new ConfluentSchemaRegistry(url).register(subject, source);

    expect(registered).toBe(id);
    expect(await compatibilityOf(subject)).toBe('FULL_TRANSITIVE');
  });
});
