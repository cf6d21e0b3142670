const fieldBytesMax = 1_024;
const foundBytesMax = 8 * 1_024;

/**
 * What the submitter said of a document and what the document says of itself; the submitter's word stands. Only so much
 * is taken from the document, since every part of it carries this.
 */
export function mergedMetadata(
  said: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): Record<string, string> {
  const merged: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(found)) {
    const clean = storable(value.slice(0, fieldBytesMax));
    bytes += Buffer.byteLength(name) + Buffer.byteLength(clean);
    if (bytes > foundBytesMax) break;
    merged[storable(name)] = clean;
  }
  for (const [name, value] of Object.entries(said)) merged[storable(name)] = storable(value);
  return merged;
}

/** A short text without what PostgreSQL refuses: NUL and halves of characters. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}
