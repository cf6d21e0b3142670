import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { PermanentFailure } from '#failure';

import { fieldPath } from './field-path.js';
import type { RecordMapping } from './map-record.js';

/** One kind of record: what it must look like, and what its fields stand for. */
export interface RecordType {
  readonly name: string;
  /** Undefined if any object will do. */
  readonly validate: ValidateFunction | undefined;
  /** Undefined if entities are to be found in its text like in any other. */
  readonly mapping: RecordMapping | undefined;
}

/** What a file of the folder of record types holds. */
interface RecordTypeFile {
  readonly schema?: object;
  readonly entities?: readonly { readonly field: string; readonly type: string }[];
  readonly relations?: readonly {
    readonly source: string;
    readonly relation: string;
    readonly target: string;
    readonly fact?: string;
  }[];
}

const text = { type: 'string', minLength: 1, maxLength: 1000 };
const fileSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    schema: { type: 'object' },
    entities: {
      type: 'array',
      minItems: 1,
      maxItems: 200,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['field', 'type'],
        properties: { field: text, type: { type: 'string', pattern: '^[A-Z][A-Za-z0-9]{0,62}$' } },
      },
    },
    relations: {
      type: 'array',
      maxItems: 200,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['source', 'relation', 'target'],
        properties: {
          source: text,
          target: text,
          relation: { type: 'string', pattern: '^[A-Z][A-Z0-9_]{0,62}$' },
          fact: {
            type: 'string',
            maxLength: 1000,
            pattern: '\\{source\\}[^]*\\{target\\}|\\{target\\}[^]*\\{source\\}',
          },
        },
      },
    },
  },
  dependentRequired: { relations: ['entities'] },
};

const problemsShown = 10;
const problemCharsMax = 200;

/** @throws PermanentFailure `bad-record-type` that says which file is wrong, where, and why. */
export function parseRecordType(name: string, json: string): RecordType {
  try {
    const file: unknown = JSON.parse(json);
    const isFile = new Ajv2020({ allErrors: true }).compile<RecordTypeFile>(fileSchema);
    if (!isFile(file)) throw new RangeError(problems(isFile.errors));
    return { name, validate: file.schema === undefined ? undefined : compiled(file.schema), mapping: mapped(file) };
  } catch (error) {
    const message = `record type ${name}: ${(error as Error).message}`;
    throw new PermanentFailure(message, { reason: 'bad-record-type', cause: error });
  }
}

/** What is wrong with a record, by the way to each place; never what stands there. */
export function problems(errors: readonly ErrorObject[] | null | undefined): string {
  const all = (errors ?? []).map(({ instancePath, message, params }) => {
    const extra = (params as { additionalProperty?: unknown }).additionalProperty;
    const name = typeof extra === 'string' ? ` (${extra})` : '';
    return `${instancePath === '' ? '/' : instancePath} ${message ?? 'is wrong'}${name}`.slice(0, problemCharsMax);
  });
  return `${all.slice(0, problemsShown).join('; ')}${all.length > problemsShown ? '; …' : ''}`;
}

/** Schemas say JSON Schema 2020-12; a keyword that is unknown is a mistake, and nothing is fetched. */
function compiled(schema: object): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, strictTypes: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

function mapped({ entities, relations = [] }: RecordTypeFile): RecordMapping | undefined {
  if (entities === undefined) return undefined;
  const known = new Set(entities.map(({ field }) => field));
  for (const end of relations.flatMap(({ source, target }) => [source, target])) {
    if (!known.has(end)) throw new RangeError(`relations: ${end} is not among the fields of entities`);
  }
  return {
    entities: entities.map(({ field, type }) => ({ field: fieldPath(field), type })),
    relations: relations.map(({ source, relation, target, fact }) => ({
      ...{ source: fieldPath(source), relation, target: fieldPath(target) },
      fact: fact ?? `{source} ${relation.toLowerCase().replaceAll('_', ' ')} {target}`,
    })),
  };
}
