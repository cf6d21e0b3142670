import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { StackAddresses } from '#stack';

import { directEnvironment } from './links.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const outputBytesMax = 64 * 1024 * 1024;

interface Finding {
  readonly kind: string;
  readonly store: string;
  readonly namespace: string | null;
  readonly documentId: string | null;
  readonly id: string;
  readonly detail: string;
}

/** What an audit of the whole stack came to: how many documents it looked at, and what it found, a line each. */
export interface EndAudit {
  readonly documents: number;
  readonly findings: readonly string[];
}

/** Runs `penstock audit` on a stack; it needs the built command. */
export async function auditStack(addresses: StackAddresses): Promise<EndAudit> {
  const env = { ...process.env, ...directEnvironment(addresses), PENSTOCK_EMBEDDING_PROVIDER: 'hash' };
  const options = { env, cwd: checkout, maxBuffer: outputBytesMax };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  execFile(process.execPath, ['bin/penstock.mjs', 'audit', '--json'], options, (error, out, said) => {
    // Findings are exit code 1, and so is an audit that could not be made, which prints no report.
    if (out === '') reject(new Error(`the audit could not be made: ${said}`, { cause: error }));
    else resolve(out);
  });
  const { documents, findings } = JSON.parse(await promise) as { documents: number; findings: readonly Finding[] };
  const lines = findings.map(({ kind, store, namespace, documentId, id, detail }) => {
    const document = `${namespace ?? '-'}/${documentId ?? '-'}`;
    return `audit: ${kind} in ${store}: ${document} ${id}: ${detail}`;
  });
  return { documents, findings: lines };
}
