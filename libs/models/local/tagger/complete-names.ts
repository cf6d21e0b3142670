import { isOrganizationHead } from '../lexicon.js';
import type { EntitySpan } from '../spans.js';
import type { Token } from '../tokens.js';

/**
 * Names that the tagger passed over, but the text vouches for: the same words are a name elsewhere in it, or they end
 * as names of companies end. Lists and labels (`Key partner: …`) have little context for a tagger to go by.
 */
export function missedNames(
  text: string,
  tokens: readonly Token[],
  tagged: readonly EntitySpan[],
  ruled: readonly EntitySpan[],
): EntitySpan[] {
  const free = ruled.filter((span) => !overlaps(span, tagged));
  const companies = free.filter(
    (span) => span.type === 'Organization' && endsAsCompany(text.slice(span.start, span.end)),
  );
  return [...companies, ...repeatedNames(text, tokens, [...tagged, ...companies])];
}

function endsAsCompany(name: string): boolean {
  const words = name.replace(/\.$/, '').split(/\s+/);
  const last = words.at(-1)?.toLowerCase() ?? '';
  return words.length > 1 && (isOrganizationHead(last) || /^(?:inc|corp|ltd|llc|plc|gmbh|co)$/.test(last));
}

/** Further places of names of two words or more; of names that have several types, the first. */
function repeatedNames(text: string, tokens: readonly Token[], spans: readonly EntitySpan[]): EntitySpan[] {
  const types = new Map<string, EntitySpan['type']>();
  const lengths = new Set<number>();
  for (const { type, start, end } of spans) {
    const name = text.slice(start, end);
    const words = name.split(/\s+/).length;
    if (words > 1 && !types.has(name)) types.set(name, type);
    if (words > 1) lengths.add(name.length);
  }
  const taken = spans.toSorted((a, b) => a.start - b.start);
  const repeated: EntitySpan[] = [];
  let next = 0;
  for (const { start } of tokens) {
    while (next < taken.length && (taken[next]?.end ?? 0) <= start) next += 1;
    const limit = taken[next]?.start ?? text.length;
    if (start < (repeated.at(-1)?.end ?? 0) || start >= limit) continue;
    for (const length of lengths) {
      const type = types.get(text.slice(start, start + length));
      if (type === undefined || start + length > limit || /[\p{L}\p{N}]/u.test(text[start + length] ?? '')) continue;
      repeated.push({ type, start, end: start + length });
      break;
    }
  }
  return repeated;
}

function overlaps({ start, end }: EntitySpan, others: readonly EntitySpan[]): boolean {
  return others.some((other) => other.start < end && other.end > start);
}
