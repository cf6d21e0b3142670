export { canonicalName, entityName, foldedName, foldedStem } from './canonical-name.js';
export { companionTypes, familyOf, namespaceOf } from './family.js';
export { companionsIn, linkedParts } from './links-of-parts.js';
export { resolveFamilies } from './resolve-families.js';
export type { FamilyLink, WrittenName } from './resolve-families.js';
export { familyDocumentsMax, resolveFamily } from './resolve-family.js';
export type { EntityLink, FamilyMember } from './resolve-family.js';
export { isShortFor, personWords } from './short-name.js';
export { wrongLinks } from './wrong-links.js';
