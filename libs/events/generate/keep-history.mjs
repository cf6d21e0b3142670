// Keeps every version of every schema that was ever committed, each with an encoded golden message, so that the tests
// can refuse a change that old readers or old records could not live with. Run by `npm run generate`.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

import avro from 'avsc';

import { goldenMessage } from './golden-message.mjs';
import { readSchemas } from './types-source.mjs';

const history = new URL('../history/', import.meta.url);

for (const schema of readSchemas(new URL('../../../avro/', import.meta.url))) {
  const folder = new URL(`${schema.name}/`, history);
  mkdirSync(folder, { recursive: true });
  const versions = readdirSync(folder).filter((name) => name.endsWith('.avsc')).length;
  const newest = new URL(`${versions}.avsc`, folder);
  const source = `${JSON.stringify(schema, null, 2)}\n`;
  // By what it says, not by how it is laid out: the formatter has a say in that.
  if (existsSync(newest) && same(JSON.parse(readFileSync(newest, 'utf8')), schema)) continue;
  const type = avro.Type.forSchema(schema);
  writeFileSync(new URL(`${versions + 1}.avsc`, folder), source);
  writeFileSync(new URL(`${versions + 1}.hex`, folder), `${type.toBuffer(goldenMessage(schema)).toString('hex')}\n`);
}

function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}
