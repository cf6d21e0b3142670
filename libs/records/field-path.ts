/** Where a value lies in a record: names of fields and places in lists, outermost first. */
export type ValuePath = readonly (string | number)[];

/** Any place of a list. Ways are plain data, since records are read in other processes. */
const each = null;
export type FieldPath = readonly (string | typeof each)[];

/**
 * Reads the way to a field as a record's text shows it: `customer.name`, `contacts[].name` for those of all places.
 * @throws RangeError if it leads nowhere.
 */
export function fieldPath(written: string): FieldPath {
  const steps: (string | typeof each)[] = [];
  for (const part of written.split('.')) {
    const [, name = '', lists = ''] = /^([^[\]]*)((?:\[\])*)$/u.exec(part) ?? [];
    if (name === '' && (lists === '' || steps.length > 0)) {
      throw new RangeError(`${JSON.stringify(written)} is no way to a field, such as customer.name or contacts[].name`);
    }
    if (name !== '') steps.push(name);
    for (let count = lists.length / 2; count > 0; count -= 1) steps.push(each);
  }
  return steps;
}

export function leadsTo(field: FieldPath, value: ValuePath): boolean {
  return (
    field.length === value.length &&
    field.every((step, index) => (step === each ? typeof value[index] === 'number' : step === value[index]))
  );
}

/**
 * Whether two values belong together: where the ways to both go through the same list, they must go through the same
 * place of it.
 */
export function belongTogether(
  [field, value]: readonly [FieldPath, ValuePath],
  [otherField, otherValue]: readonly [FieldPath, ValuePath],
): boolean {
  for (let index = 0; index < field.length && field[index] === otherField[index]; index += 1) {
    if (field[index] === each && value[index] !== otherValue[index]) return false;
  }
  return true;
}
