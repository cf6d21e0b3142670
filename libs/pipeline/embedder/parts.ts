import type { DocumentEmbedded, DocumentExtracted, EmbeddedChunk, TokenUsage } from '#events';
import { sparseTerms, sparseVector, type Embedding } from '#models';

/** Bound of the text that stands for the document as a whole. */
export const documentTextChars = 2_000;

/** What the part's vectors are made by and when. */
export interface EmbeddedBy {
  readonly model: string;
  readonly dimensions: number;
  /** Milliseconds since the epoch. */
  readonly embeddedAt: number;
}

/** What of a part vectors are made of. */
interface PartTexts extends Pick<DocumentExtracted, 'part' | 'title'> {
  readonly chunks: readonly { readonly text: string }[];
}

/** Texts of a part that need a vector: its chunks in order, and on part 1 the document's own text last. */
export function textsToEmbed(part: PartTexts): string[] {
  const texts = part.chunks.map((chunk) => chunk.text);
  return part.part === 1 ? [...texts, documentText(part)] : texts;
}

/** The part with its vectors, which are in the order of `textsToEmbed`. */
export function embeddedPart(
  { extractedAt: _, extractedBy: _by, ...part }: DocumentExtracted,
  { vectors, usage }: Embedding,
  { model, dimensions, embeddedAt }: EmbeddedBy,
): DocumentEmbedded {
  const chunks: EmbeddedChunk[] = part.chunks.map((chunk, index) => ({
    ...chunk,
    ...vectorFields(chunk.text, vectors[index]),
  }));
  const text = part.part === 1 ? documentText(part) : undefined;
  return {
    ...part,
    chunks,
    document: text === undefined ? null : { text, ...vectorFields(text, vectors[part.chunks.length]) },
    embeddingModel: model,
    dimensions,
    sparseTerms,
    tokens: mergedTokens([...part.tokens, { model, ...usage }]),
    embeddedAt,
  };
}

/** Title and leading text, cut between characters and not within one. */
export function documentText({ title, chunks }: Omit<PartTexts, 'part'>): string {
  let text = title ?? '';
  for (const chunk of chunks) {
    if (text.length >= documentTextChars) break;
    text = text === '' ? chunk.text : `${text}\n${chunk.text}`;
  }
  const end = /[\uD800-\uDBFF]/.test(text.charAt(documentTextChars - 1)) ? documentTextChars - 1 : documentTextChars;
  return text.slice(0, end);
}

/** Packed little-endian float32 values, on machines of either endianness. */
export function packedVector(vector: Float32Array): Buffer {
  const packed = Buffer.allocUnsafe(vector.length * 4);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let index = 0; index < vector.length; index += 1) view.setFloat32(index * 4, vector[index] ?? 0, true);
  return packed;
}

function vectorFields(
  text: string,
  vector: Float32Array | undefined,
): Pick<EmbeddedChunk, 'dense' | 'sparseIndices' | 'sparseValues'> {
  const sparse = sparseVector(text);
  return {
    dense: packedVector(vector ?? new Float32Array()),
    sparseIndices: sparse.indices,
    sparseValues: sparse.values,
  };
}

/** One row a model, in the order in which models were used. */
function mergedTokens(tokens: readonly TokenUsage[]): TokenUsage[] {
  const byModel = new Map<string, TokenUsage>();
  for (const { model, promptTokens, completionTokens } of tokens) {
    const sum = byModel.get(model) ?? { model, promptTokens: 0, completionTokens: 0 };
    byModel.set(model, {
      model,
      promptTokens: sum.promptTokens + promptTokens,
      completionTokens: sum.completionTokens + completionTokens,
    });
  }
  return [...byModel.values()];
}
