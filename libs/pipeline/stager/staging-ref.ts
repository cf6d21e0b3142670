/** A reference to staged bytes is the UUID of their ingestion, in lower case; the pattern of one, without anchors. */
export const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** Neither separators nor dots ever reach a path or an object's name. */
export const refPattern = new RegExp(`^${uuid}$`, 'u');
