import { uuidPattern } from '#events';

/** The id of a child begins with that of its parent and two more bytes, if that is short enough not to be cut. */
const uncutParentBytesMax = 493;

/**
 * Whether the row `child` came out of the ingestion `parent`. Its metadata alone is not believed, since whoever copies
 * it to a document of his own does not mean that.
 */
export const cameOutOf = `
  parent.ingestion_id = CASE WHEN child.metadata ->> 'parent_ingestion_id' ~ '^${uuidPattern}$'
    THEN (child.metadata ->> 'parent_ingestion_id')::uuid END
  AND parent.namespace = child.namespace AND parent.document_id = child.metadata ->> 'parent_document_id'
  AND (starts_with(child.document_id, parent.document_id || '!/')
    OR octet_length(parent.document_id) > ${uncutParentBytesMax})`;
