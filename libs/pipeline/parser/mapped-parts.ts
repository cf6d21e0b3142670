import type { DocumentParsed } from '#events';
import type { MappedRecord, RecordValue } from '#records';

type Mapped = NonNullable<DocumentParsed['mapped']>;
type Span = Pick<RecordValue, 'start' | 'end'>;

/** Each part with what was mapped in its chunks; a fact stands in the part that holds both of its ends. */
export function withMapped(parts: readonly DocumentParsed[], { entities, facts }: MappedRecord): DocumentParsed[] {
  return parts.map((part) => {
    const places = new Map<number, number>();
    const held: Mapped['entities'][number][] = [];
    entities.forEach(({ type, start, end }, index) => {
      if (!part.chunks.some((chunk) => holds(chunk, { start, end }))) return;
      places.set(index, held.length);
      held.push({ type, startOffset: start, endOffset: end });
    });
    const stated = facts.flatMap(({ source, target, ...fact }) => {
      const [from, to] = [places.get(source), places.get(target)];
      return from === undefined || to === undefined ? [] : [{ ...fact, source: from, target: to }];
    });
    return { ...part, mapped: { entities: held, facts: stated } };
  });
}

function holds(chunk: DocumentParsed['chunks'][number], { start, end }: Span): boolean {
  return chunk.startOffset <= start && end <= chunk.endOffset;
}
