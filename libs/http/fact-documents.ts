/** How a fact of an answer names what it is from, in descriptions of routes. */
export const factDocuments =
  '`documents` names the first three, with documentId, version and ingestionId, `documentCount` says how many there are';
