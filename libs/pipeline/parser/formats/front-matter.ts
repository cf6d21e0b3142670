import { parse } from 'yaml';

/** Aliases can make a small text stand for a huge one. */
const aliasCountMax = 20;
const fieldsMax = 50;

/** Values as text; nested ones as JSON, since metadata is a flat map. */
function asText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Fields of the YAML before a Markdown text; undefined if it is no such thing but text that happens to stand there. */
export function frontMatter(yaml: string): Record<string, string> | undefined {
  let fields: unknown;
  try {
    fields = parse(yaml, { maxAliasCount: aliasCountMax, schema: 'core', logLevel: 'silent' });
  } catch {
    return undefined;
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return undefined;
  const known = Object.entries(fields as Record<string, unknown>).filter(([, value]) => value !== null);
  return Object.fromEntries(known.slice(0, fieldsMax).map(([name, value]) => [name.toLowerCase(), asText(value)]));
}
