import { uuidPattern } from '#events';

/**
 * A reference to staged bytes is the UUID of their ingestion, in lower case: neither separators nor dots ever reach a
 * path or an object's name.
 */
export const refPattern = new RegExp(`^${uuidPattern}$`, 'u');
