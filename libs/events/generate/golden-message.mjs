const uuid = '01930000-0000-7000-8000-000000000001';

/** A message with every field filled, the same one each time for the same schema. */
export function goldenMessage(schema) {
  const named = new Map();
  return valueOf(schema, named, schema.name ?? '');
}

function valueOf(schema, named, hint) {
  if (Array.isArray(schema)) return valueOf(schema.find((branch) => branch !== 'null') ?? 'null', named, hint);
  if (typeof schema === 'string')
    return named.has(schema) ? valueOf(named.get(schema), named, hint) : primitive(schema, hint);
  switch (schema.type) {
    case 'record':
      named.set(schema.name, schema);
      return Object.fromEntries(schema.fields.map(({ name, type }) => [name, valueOf(type, named, name)]));
    case 'array':
      return [valueOf(schema.items, named, hint)];
    case 'map':
      return { key: valueOf(schema.values, named, hint) };
    default:
      return schema.logicalType === 'uuid' ? uuid : valueOf(schema.type, named, hint);
  }
}

function primitive(type, hint) {
  switch (type) {
    case 'string':
      return `${hint} “quoted” 🙂`;
    case 'int':
    case 'long':
      return 7;
    case 'float':
    case 'double':
      return 0.5;
    case 'boolean':
      return true;
    case 'bytes':
      return Buffer.from([0, 1, 255]);
    default:
      return null;
  }
}
