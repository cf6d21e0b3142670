import { styleText } from 'node:util';

import type { IngestionReport } from './ingestion-report.js';
import { countInside, type Outcome } from './outcome.js';

/** A line of outcome for a document, and below it one for each that lies in it. */
export function describeOutcome(outcome: Outcome): string {
  const inside = (outcome.inside ?? []).map((one) => describeOutcome(one).replaceAll(/^/gmu, '  '));
  return [lineOf(outcome), ...inside].join('\n');
}

function lineOf({ item, report, refusal }: Outcome): string {
  if (report === undefined) {
    const what = item.kind === 'skipped' ? styleText('yellow', 'skipped') : styleText('red', 'refused');
    return `${what}      ${item.documentId}: ${refusal?.message ?? ''} (${refusal?.reason ?? ''})`;
  }
  const { counts, error, status, version } = report;
  if (status === 'live') {
    const said = ['chunks', 'entities', 'facts'].map((what) => `${counts[what] ?? 0} ${what}`).join(', ');
    return `${styleText('green', 'live')}         ${item.documentId} v${version}: ${said}${describeInside(report)}`;
  }
  if (status === 'unchanged') {
    return `${styleText('green', 'unchanged')}    ${item.documentId} v${version}: what is live says the same`;
  }
  return `${styleText('yellow', status.padEnd(12))} ${item.documentId} v${version}: ${error?.message ?? ''} (${error?.reason ?? ''})`;
}

function describeInside(report: IngestionReport): string {
  const count = countInside(report) ?? 0;
  return count === 0 ? '' : `, ${count} ${count === 1 ? 'document' : 'documents'} inside`;
}

/** The whole story of one ingestion: stages with times, counts, tokens, status in each store. */
export function describeIngestion(report: IngestionReport): string {
  const { cost, counts, documentId, error, models, status, stores, timeline, tokens, version, waiting } = report;
  const start = Date.parse(timeline[0]?.at ?? '');
  const steps = timeline.map(({ at, role, store, type }) => {
    const after = `+${Date.parse(at) - start} ms`.padStart(11);
    return `    ${after}  ${type.padEnd(22)} ${store ?? role ?? ''}`;
  });
  const lines = [
    `${styleText('bold', documentId)} v${version}  ${status === 'live' ? styleText('green', status) : styleText('yellow', status)}`,
    ...steps,
    `    counts  ${Object.entries(counts)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ')}`,
    `    models  ${describeModels(models)}`,
    `    tokens  ${describeTokens(tokens)}`,
    `    cost    ${describeCost(cost)}`,
    `    stores  ${Object.entries(stores)
      .map(([store, state]) => `${store} ${state}`)
      .join(', ')}`,
  ];
  if (error !== undefined && error !== null)
    lines.push(`    error   ${error.role ?? ''}: ${error.message ?? ''} (${error.reason ?? ''})`);
  if (waiting !== undefined && waiting !== null) lines.push(`    waits   ${describeWaiting(waiting)}`);
  return lines.join('\n');
}

/** Why calls to models wait, and since when. */
export function describeWaiting({ message, reason, since }: NonNullable<IngestionReport['waiting']>): string {
  return `${message} (${reason}, since ${since})`;
}

export function describeCost({ calls, usd }: IngestionReport['cost']): string {
  if (calls === 0) return 'none';
  return `${describeUsd(usd)} for ${calls} ${calls === 1 ? 'call' : 'calls'}`;
}

/** Dollars, with as many digits as cents of cents need. */
export function describeUsd(usd: number | null): string {
  return usd === null ? 'price unknown' : `$${usd.toFixed(6)}`;
}

function describeModels({ extraction, embedding }: IngestionReport['models']): string {
  const said = [
    ...extraction.map(({ model, version }) => `${model} version ${version}`),
    ...embedding.map(({ model, dimensions }) => `${model} ${dimensions} dimensions`),
  ];
  return said.length === 0 ? 'none' : said.join('; ');
}

function describeTokens(tokens: IngestionReport['tokens']): string {
  const said = Object.entries(tokens).map(
    ([model, { prompt, completion }]) => `${model} ${prompt} in, ${completion} out`,
  );
  return said.length === 0 ? 'none' : said.join('; ');
}
