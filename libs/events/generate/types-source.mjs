import { readdirSync, readFileSync } from 'node:fs';

const primitives = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Buffer',
  string: 'string',
};

/** Reads every .avsc of a folder, sorted by name. */
export function readSchemas(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.avsc'))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
}

function typeOf(schema, nested) {
  if (Array.isArray(schema)) return schema.map((branch) => typeOf(branch, nested)).join(' | ');
  if (typeof schema === 'string') return primitives[schema] ?? schema;
  if (schema.type === 'array') {
    const items = typeOf(schema.items, nested);
    return items.includes('|') ? `(${items})[]` : `${items}[]`;
  }
  if (schema.type === 'map') return `Record<string, ${typeOf(schema.values, nested)}>`;
  if (schema.type === 'record') {
    nested.set(schema.name, schema);
    return schema.name;
  }
  return typeOf(schema.type, nested);
}

function interfaceOf(schema, nested) {
  const fields = schema.fields.map((field) => `  /** ${field.doc} */\n  ${field.name}: ${typeOf(field.type, nested)};`);
  return `/** ${schema.doc} */\nexport interface ${schema.name} {\n${fields.join('\n')}\n}\n`;
}

/** The TypeScript source of all event types, of their nested records and of the event-name map. */
export function eventTypesSource(schemas) {
  const nested = new Map();
  const records = schemas.map((schema) => interfaceOf(schema, nested));
  const done = new Set();
  const inner = [];
  while (done.size < nested.size) {
    for (const [name, schema] of [...nested]) {
      if (done.has(name)) continue;
      done.add(name);
      inner.push(interfaceOf(schema, nested));
    }
  }
  const map = schemas.map((schema) => `  ${schema.name}: ${schema.name};`).join('\n');
  const names = schemas.map((schema) => `  '${schema.name}',`).join('\n');
  return [
    '// Generated from avro/*.avsc by `npm run generate`. Do not edit.\n',
    ...records,
    ...inner,
    `/** Event name to payload type. */\nexport interface EventPayloads {\n${map}\n}\n`,
    `export const eventNames = [\n${names}\n] as const;\n\nexport type EventName = (typeof eventNames)[number];\n`,
  ].join('\n');
}
