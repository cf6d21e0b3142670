/** What OpenAI's API says of a request that it does not take: status and code; undefined if it takes it. */
export type Refusal = { readonly status: number; readonly code: string } | undefined;

type Json = Readonly<Record<string, unknown>>;

const chatFields = new Set([
  'model',
  'messages',
  'response_format',
  'temperature',
  'max_completion_tokens',
  'max_tokens',
]);
const embeddingFields = new Set(['model', 'input', 'encoding_format', 'dimensions']);
const inputsMax = 2048;
const bad = (code: string): Refusal => ({ status: 400, code });

export function chatProblem(body: Json, models: readonly string[]): Refusal {
  const unknown = Object.keys(body).find((field) => !chatFields.has(field));
  if (unknown !== undefined) return bad('unknown_parameter');
  if (!models.includes(String(body['model']))) return { status: 404, code: 'model_not_found' };
  const messages = body['messages'];
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage)) return bad('invalid_messages');
  if (!takesTurns(messages.map(({ role }: Json) => String(role)))) return bad('invalid_roles');
  const { type, json_schema: format } = (body['response_format'] ?? {}) as Json;
  const { name, strict, schema } = (format ?? {}) as Json;
  if (type !== 'json_schema' || strict !== true || !/^[\w-]{1,64}$/.test(String(name))) return bad('invalid_format');
  return isStrict(schema) ? undefined : bad('invalid_json_schema');
}

export function embeddingProblem(body: Json, models: readonly string[]): Refusal {
  const unknown = Object.keys(body).find((field) => !embeddingFields.has(field));
  if (unknown !== undefined) return bad('unknown_parameter');
  if (!models.includes(String(body['model']))) return { status: 404, code: 'model_not_found' };
  const input = body['input'];
  if (!Array.isArray(input) || input.length === 0 || input.length > inputsMax) return bad('invalid_input');
  if (!input.every((text) => typeof text === 'string' && text !== '')) return bad('invalid_input');
  return body['dimensions'] !== undefined && !Number.isInteger(body['dimensions'])
    ? bad('invalid_dimensions')
    : undefined;
}

function isMessage(message: unknown): boolean {
  const { role, content, ...others } = (message ?? {}) as Json;
  const known = ['system', 'user', 'assistant', 'developer'].includes(String(role));
  return known && typeof content === 'string' && Object.keys(others).length === 0;
}

/** OpenAI takes roles in any order; templates of other models want at most one word of the system, and then turns. */
function takesTurns(roles: readonly string[]): boolean {
  return /^(?:system |developer )?user (?:assistant user )*$/.test(roles.map((role) => `${role} `).join(''));
}

/** Structured outputs want every property required and nothing else allowed, at every level. */
function isStrict(schema: unknown): boolean {
  const { type, properties, required, additionalProperties, items } = (schema ?? {}) as Json;
  if (type === 'array') return isStrict(items);
  if (type !== 'object') return type !== undefined;
  const names = Object.keys((properties ?? {}) as Json);
  const all =
    Array.isArray(required) && names.every((name) => required.includes(name)) && required.length === names.length;
  return all && additionalProperties === false && Object.values((properties ?? {}) as Json).every(isStrict);
}
