import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PermanentFailure } from '#failure';

import type { RecordMapping } from './map-record.js';
import { parseRecordType, problems, type RecordType } from './record-type.js';

/** Field of a submission's metadata that names the type of its record. */
export const recordTypeField = 'record_type';

const fileName = /^([a-z0-9][a-z0-9_-]{0,62})\.json$/u;

/** The types of records that are known, by name; a record of another type, or of none, may look as it likes. */
export class RecordTypes {
  private readonly types: ReadonlyMap<string, RecordType & { readonly digest: string }>;

  /** @throws PermanentFailure `bad-record-type`. */
  constructor(files: Readonly<Record<string, string>> = {}) {
    const entries = Object.entries(files).map(([name, json]) => {
      const digest = createHash('sha256').update(json).digest('hex');
      return [name, { ...parseRecordType(name, json), digest }] as const;
    });
    this.types = new Map(entries);
  }

  /**
   * Reads the files `TYPE.json` of a folder; no folder has none.
   * @throws PermanentFailure `bad-record-type` if the folder can't be read, or a file of it says nothing sensible.
   */
  static read(folder: string | undefined): RecordTypes {
    if (folder === undefined) return new RecordTypes();
    const files: Record<string, string> = {};
    try {
      for (const entry of readdirSync(folder).sort()) {
        if (!entry.endsWith('.json')) continue;
        const name = fileName.exec(entry)?.[1];
        if (name === undefined) throw new RangeError(`${entry}: a type is called in lower case, as [a-z0-9_-]`);
        files[name] = readFileSync(join(folder, entry), 'utf8');
      }
    } catch (error) {
      const message = `record types in ${folder}: ${(error as Error).message}`;
      throw new PermanentFailure(message, { reason: 'bad-record-type', cause: error });
    }
    return new RecordTypes(files);
  }

  /** @throws PermanentFailure `invalid-record`, saying what is wrong at which place. */
  check(metadata: Readonly<Record<string, string>>, record: unknown): void {
    const type = this.typeOf(metadata);
    if (type?.validate === undefined || type.validate(record)) return;
    const message = `the record is no valid ${type.name}: ${problems(type.validate.errors)}`;
    throw new PermanentFailure(message, { reason: 'invalid-record' });
  }

  mappingOf(metadata: Readonly<Record<string, string>>): RecordMapping | undefined {
    return this.typeOf(metadata)?.mapping;
  }

  /** Stands for all that a type says: if it changes, so does what is made of the same record. */
  digestOf(metadata: Readonly<Record<string, string>>): string {
    return this.typeOf(metadata)?.digest ?? '';
  }

  private typeOf(metadata: Readonly<Record<string, string>>): (RecordType & { readonly digest: string }) | undefined {
    return this.types.get(metadata[recordTypeField] ?? '');
  }
}
