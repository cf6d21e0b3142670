// Writes libs/events/generated/events.ts from avro/*.avsc. Run by `npm run generate`; the tests refuse a stale file.
import { readFileSync, writeFileSync } from 'node:fs';
import { eventTypesSource, readSchemas } from './types-source.mjs';

const target = new URL('../generated/events.ts', import.meta.url);
const source = eventTypesSource(readSchemas(new URL('../../../avro/', import.meta.url)));
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== source) {
    process.stderr.write('libs/events/generated/events.ts is stale: run `npm run generate`\n');
    process.exit(1);
  }
} else {
  writeFileSync(target, source);
}
