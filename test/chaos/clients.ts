import { setTimeout as pause } from 'node:timers/promises';

import type { Seeded } from './seeded.js';

/** What a client asked, and what it knows of the answer: `info` may or may not have happened. */
export interface Operation {
  readonly kind: 'put' | 'delete';
  readonly namespace: string;
  readonly documentId: string;
  /** Text of a `put`; no two are equal. */
  readonly content: string;
  readonly result: 'ok' | 'fail' | 'info';
  readonly detail: string;
  /** Of an `ok` only. */
  readonly ingestionId?: string;
  readonly version?: number;
}

const requestTimeoutMs = 3000;
/** Documents share people and places, so that removing one must not take what another one still says. */
const sentences = [
  'Maria Keller works for Nordwind Logistics in Hamburg.',
  'ACME Corporation acquired Bosch Technologies for $5.2M in Q4 2024.',
  'John Smith is the CEO of ACME Corporation.',
  'Nordwind Logistics is based in Stuttgart.',
  'Widget Manufacturing is a subsidiary of ACME Corporation.',
  'Revenue of Bosch Technologies grew by 15% in 2023.',
  'Anna Weber joined Widget Manufacturing as Chief Financial Officer.',
  'Nordwind Logistics partnered with Bosch Technologies in Berlin.',
];

export interface Documents {
  readonly namespaces: readonly string[];
  readonly documentIds: readonly string[];
}

/** Creates, updates and deletes documents one request at a time until told to stop, and records every answer. */
export async function runClient(
  address: string,
  documents: Documents,
  random: Seeded,
  history: Operation[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const namespace = random.pick(documents.namespaces);
    const documentId = random.pick(documents.documentIds);
    const kind = random.next() < 0.88 ? 'put' : 'delete';
    const content = kind === 'put' ? someText(random) : '';
    history.push(await ask(address, { kind, namespace, documentId, content }));
    await pause(random.between(20, 250));
  }
}

function someText(random: Seeded): string {
  const count = random.between(1, 12);
  const lines = Array.from({ length: count }, () => random.pick(sentences));
  return [`Note ${random.between(0, 2 ** 31)}.${random.between(0, 2 ** 31)}.`, ...lines].join('\n\n');
}

type Asked = Pick<Operation, 'kind' | 'namespace' | 'documentId' | 'content'>;

async function ask(address: string, asked: Asked): Promise<Operation> {
  try {
    const response = await send(address, asked);
    const body = (await response.json()) as { ingestionId?: string; version?: number; detail?: string };
    const { ingestionId, version } = body;
    if (response.status === 202 && ingestionId !== undefined && version !== undefined) {
      return { ...asked, result: 'ok', detail: '', ingestionId, version };
    }
    const refused = response.status >= 400 && response.status < 500;
    return { ...asked, result: refused ? 'fail' : 'info', detail: `${response.status} ${body.detail ?? ''}` };
  } catch (error) {
    return { ...asked, result: 'info', detail: String(error) };
  }
}

function send(address: string, { kind, namespace, documentId, content }: Asked): Promise<Response> {
  const signal = AbortSignal.timeout(requestTimeoutMs);
  if (kind === 'delete') {
    const path = `/v1/documents/${encodeURIComponent(documentId)}?namespace=${namespace}`;
    return fetch(`${address}${path}`, { method: 'DELETE', signal });
  }
  const body = JSON.stringify({ namespace, documentId, source: 'inline', content });
  return fetch(`${address}/v1/documents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal,
  });
}
