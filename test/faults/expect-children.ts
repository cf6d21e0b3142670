import type { LedgerLine, LogRecord } from '../checker/index.js';
import { saidOnce } from './expect-answers.js';

type Line = Pick<LedgerLine, 'ingestionId' | 'document' | 'kind' | 'status'>;

/** Whether a document came out of another one. */
export function isChild({ document }: Pick<LedgerLine, 'document'>): boolean {
  return document.includes('!/');
}

/**
 * What followed the ends of a mail, each version of which had one attachment of its own: that came once, and went once
 * when the mail held it no more. Pure.
 * @param ledger all there is of the mail and of what came out of it, from all waves.
 */
export function childProblems(mail: string, ledger: readonly Line[], records: readonly LogRecord[]): string[] {
  const versions = ledger.filter(({ document, kind }) => document === mail && kind === 'ingestion');
  const wereLive = versions.filter(({ status }) => ['live', 'superseded', 'retracted'].includes(status));
  const areLive = wereLive.filter(({ status }) => status === 'live').length;
  const children = Map.groupBy(
    ledger.filter(({ document }) => document.startsWith(`${mail}!/`)),
    ({ document }) => document,
  );
  const bad: string[] = [];
  let stay = 0;
  for (const [document, rows] of children) {
    const came = rows.filter(({ kind }) => kind === 'ingestion');
    const went = rows.length - came.length;
    if (came.length !== 1) bad.push(`${document} came ${came.length} times`);
    if (went > 1) bad.push(`${document} went ${went} times`);
    if (went === 0) stay += 1;
    const wanted = went === 0 ? 'live' : 'retracted';
    bad.push(...came.filter(({ status }) => status !== wanted).map(({ status }) => `${document} is ${status}`));
    bad.push(...saidOnce(rows, records));
  }
  if (children.size !== wereLive.length)
    bad.push(`${mail} had ${wereLive.length} versions, ${children.size} attachments`);
  if (stay !== areLive) bad.push(`${mail} holds ${areLive} attachments, ${stay} are live`);
  return bad;
}
