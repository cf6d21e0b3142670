import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';

import { PermanentFailure } from '#failure';

const problemsShown = 10;
const problemCharsMax = 300;

/**
 * A body as an instance of its class. Fields that the class does not name are refused, not passed over: whoever
 * misspells a field wants to know.
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
  const problems = validateSync(given, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true });
  if (problems.length > 0) refuse(problems.flatMap(sentences));
  return given;
}

function sentences({ constraints, children = [] }: ValidationError): string[] {
  return [...Object.values(constraints ?? {}), ...children.flatMap(sentences)];
}

function refuse(problems: readonly string[]): never {
  const shown = problems.slice(0, problemsShown).map((problem) => problem.slice(0, problemCharsMax));
  throw new PermanentFailure(shown.join('; '), { reason: 'bad-request' });
}
