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
    const clean = value.replaceAll('\u0000', '').slice(0, fieldBytesMax).toWellFormed();
    bytes += Buffer.byteLength(name) + Buffer.byteLength(clean);
    if (bytes > foundBytesMax) break;
    merged[name.replaceAll('\u0000', '').toWellFormed()] = clean;
  }
  return { ...merged, ...said };
}
