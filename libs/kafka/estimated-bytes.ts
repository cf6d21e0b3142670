/**
 * Roughly how many bytes a payload has when encoded; cheaper than encoding it twice, and only used to bound how much
 * is held before it is published.
 */
export function estimatedBytes(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value) && typeof value[0] === 'number') return value.length * 8;
  return Object.values(value).reduce<number>((sum, item) => sum + estimatedBytes(item), 0);
}
