import { styleText } from 'node:util';

import { placeOf, statedBy, type Hit, type SearchAnswer } from '#query';

const factsShown = 5;

/** An answer for people: each hit with its place, then what is known, then what is missing. */
export function describeHits({
  hits,
  facts,
  leftOut,
  route,
  cached,
  tookMs,
  nextCursor,
  explain,
  embedding,
}: SearchAnswer): string {
  const lines = hits.flatMap((hit, index) => [`${index + 1}. ${shownPlace(hit)}`, `   ${marked(hit)}`, '']);
  if (facts.length > 0) {
    lines.push('Known:', ...facts.slice(0, factsShown).map((known) => `  - ${known.fact} [${statedBy(known)}]`), '');
  }
  for (const { stores, reason } of leftOut) lines.push(`without ${stores.join(' and ')}: ${reason}`);
  if (explain !== undefined) lines.push(`route ${explain.route}: ${explain.why}`);
  if (nextCursor !== undefined) lines.push(`more: --cursor ${nextCursor}`);
  const compared = embedding === null ? '' : `, compared by ${embedding.model}, ${embedding.dimensions} dimensions`;
  const found = `${hits.length} ${hits.length === 1 ? 'hit' : 'hits'}`;
  lines.push(`${found} by ${route} in ${tookMs} ms${cached ? ', kept from before' : ''}${compared}`);
  return lines.join('\n');
}

function shownPlace({ documentId, version, headingPath, origin, seq, title }: Hit): string {
  const named = title === null || title === documentId ? [] : [title];
  const place = [...named, ...headingPath, ...placeOf(origin), `chunk ${seq}`];
  return `${styleText('bold', documentId)} version ${version} · ${place.join(' › ')}`;
}

function marked({ snippet }: Hit): string {
  let [shown, end] = ['', 0];
  for (const [from, to] of snippet.highlights) {
    const word = styleText(['bold', 'underline'], snippet.text.slice(from, to));
    shown += snippet.text.slice(end, from) + word;
    end = to;
  }
  return (shown + snippet.text.slice(end)).replaceAll(/\s+/gu, ' ').trim();
}
