import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';

import { PermanentFailure } from '#failure';

const problemsShown = 10;
const problemCharsMax = 300;

/**
 * A body as an instance of its class. Fields that the class does not name are refused, not passed over: whoever
 * misspells a field wants to know. A field that is null counts as left out, as many clients write what they leave out.
 * @throws PermanentFailure `bad-request` that says what is wrong with which field.
 */
export function checkedBody<T extends object>(type: new () => T, body: unknown): T {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new PermanentFailure('the body must be a JSON object', { reason: 'bad-request' });
  }
  // Inherited names can't be told from fields, and no field of ours is called so.
  const strange = Object.keys(body).find((name) => name in Object.prototype);
  if (strange !== undefined) refuse([`property ${strange} should not exist`]);
  const given = plainToInstance(type, body);
  leaveOutNulls(given);
  const problems = validateSync(given, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true });
  if (problems.length > 0) refuse(problems.flatMap(sentences));
  return given;
}

/** In objects of a class only: what a record holds, or a caller's own fields, is not ours to leave out. */
function leaveOutNulls(given: object): void {
  const type = (Object.getPrototypeOf(given) as { constructor: new () => Record<string, unknown> }).constructor;
  const otherwise = new type();
  for (const [name, value] of Object.entries(given)) {
    if (value === null) Object.assign(given, { [name]: otherwise[name] });
    else if (isBody(value)) leaveOutNulls(value);
  }
}

function isBody(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.getPrototypeOf(value) !== Object.prototype;
}

function sentences({ constraints, children = [] }: ValidationError): string[] {
  return [...Object.values(constraints ?? {}), ...children.flatMap(sentences)];
}

function refuse(problems: readonly string[]): never {
  const shown = problems.slice(0, problemsShown).map((problem) => problem.slice(0, problemCharsMax));
  throw new PermanentFailure(shown.join('; '), { reason: 'bad-request' });
}
