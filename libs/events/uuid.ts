/** A UUID in lower case, as Penstock writes them, without anchors; of the same meaning to PostgreSQL. */
export const uuidPattern = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

const lowerCase = new RegExp(`^${uuidPattern}$`);
const anyCase = new RegExp(lowerCase, 'i');

/** Whether a text is a UUID as Penstock writes them: in lower case, so that ids can be compared as text. */
export function isUuid(text: string): boolean {
  return lowerCase.test(text);
}

/** Whether a text is a UUID to a database, which takes upper case for the same. */
export function isUuidInAnyCase(text: string): boolean {
  return anyCase.test(text);
}
