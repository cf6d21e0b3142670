/** A stretch of one text's tokens that fits the model, whole with its marks. */
export interface Window {
  /** Index of the text. */
  readonly text: number;
  readonly tokens: readonly number[];
  /** Tokens of the text it covers, without marks. */
  readonly weight: number;
}

/** What the model wants around every text. */
export interface Marks {
  readonly first: number;
  readonly last: number;
}

/**
 * Cuts tokenised texts into windows of equal size, so that the end of a long text counts as much as its beginning. A
 * text without tokens has no window.
 */
export function windowsOf(texts: readonly (readonly number[])[], tokensMax: number, marks: Marks): Window[] {
  const inner = tokensMax - 2;
  return texts.flatMap((tokens, text) => {
    const count = Math.ceil(tokens.length / inner);
    const size = Math.ceil(tokens.length / count);
    return Array.from({ length: count }, (_, index) => {
      const part = tokens.slice(index * size, (index + 1) * size);
      return { text, tokens: [marks.first, ...part, marks.last], weight: part.length };
    });
  });
}

/**
 * Groups windows of the same length, at most so many tokens a group. Padding would cost time, and the sums of padded
 * rows come out differently in their last bits: a text must have one vector, whatever stands beside it.
 */
export function groupsOf(windows: readonly Window[], tokensMax: number): Window[][] {
  const byLength = Map.groupBy(windows, ({ tokens }) => tokens.length);
  return [...byLength].flatMap(([length, same]) => {
    const size = Math.max(1, Math.floor(tokensMax / length));
    return Array.from({ length: Math.ceil(same.length / size) }, (_, index) =>
      same.slice(index * size, (index + 1) * size),
    );
  });
}

/**
 * One vector of length 1 for each text: the mean of its windows, each counting by its tokens; zeros for a text without
 * any.
 */
export function joinedVectors(
  windows: readonly Window[],
  vectors: ReadonlyMap<Window, Float32Array>,
  texts: number,
  dimensions: number,
): Float32Array[] {
  const sums = Array.from({ length: texts }, () => new Float64Array(dimensions));
  for (const window of windows) {
    const vector = vectors.get(window);
    const sum = sums[window.text];
    if (vector === undefined || sum === undefined) throw new RangeError('a window has no vector');
    vector.forEach((value, index) => (sum[index] = (sum[index] ?? 0) + value * window.weight));
  }
  return sums.map(scaledToOne);
}

function scaledToOne(sums: Float64Array): Float32Array {
  const length = Math.sqrt(sums.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(sums, (value) => (length === 0 ? 0 : value / length));
}
