import { setTimeout as pause } from 'node:timers/promises';

import type { Operation } from '../checker/index.js';
import type { Seeded } from './seeded.js';

const requestTimeoutMs = 3000;
const cancelledOf = 4;
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

/** Where clients ask, about what, and where the answers are recorded. */
export interface Asking {
  readonly address: string;
  readonly documents: Documents;
  readonly history: Operation[];
}

/** Asks for this and that about documents until told to stop, and records every answer. */
export async function runClient(asking: Asking, random: Seeded, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await act(asking, random);
    await pause(random.between(20, 250));
  }
}

async function act(asking: Asking, random: Seeded): Promise<void> {
  const { documents, history } = asking;
  const namespace = random.pick(documents.namespaces);
  const documentId = random.pick(documents.documentIds);
  const content = someText(random);
  const put = { kind: 'put', namespace, documentId, content } as const;
  const dice = random.next();
  if (dice < 0.5) await ask(asking, put);
  else if (dice < 0.65) await ask(asking, { ...put, uploaded: true });
  else if (dice < 0.68) await replayLetter(asking, namespace, random);
  else if (dice < 0.72) await cancelRecent(asking, random);
  else if (dice < 0.8) await ask(asking, { kind: 'delete', namespace, documentId, content: '' });
  else if (dice < 0.9) await askTwiceAtOnce(asking, put, random);
  else await ask(asking, { ...put, content: lastContent(history, put) });
}

function lastContent(history: readonly Operation[], { namespace, documentId, content }: Asked): string {
  const isSame = (one: Operation): boolean => one.namespace === namespace && one.documentId === documentId;
  return history.findLast((one) => one.kind === 'put' && isSame(one))?.content ?? content;
}

/** Equal requests under one key, and another one under the same key, all at once. */
async function askTwiceAtOnce(asking: Asking, asked: Asked, random: Seeded): Promise<void> {
  const idempotencyKey = `key-${random.between(0, 2 ** 31)}`;
  const equal = { ...asked, idempotencyKey };
  await Promise.all([ask(asking, equal), ask(asking, equal), ask(asking, { ...equal, content: someText(random) })]);
  await ask(asking, equal);
}

function someText(random: Seeded): string {
  const lines = Array.from({ length: random.between(1, 12) }, () => random.pick(sentences));
  return [`Note ${random.between(0, 2 ** 31)}.${random.between(0, 2 ** 31)}.`, ...lines].join('\n\n');
}

/** Takes one of the newest ingestions back, whoever asked for it; whether that is in time is the log's to say. */
async function cancelRecent(asking: Asking, random: Seeded): Promise<void> {
  const recent = asking.history.filter(({ kind, result }) => kind === 'put' && result === 'ok').slice(-cancelledOf);
  if (recent.length === 0) return;
  const { namespace, documentId, ingestionId = '' } = random.pick(recent);
  await ask(asking, { kind: 'cancel', namespace, documentId, content: '', target: ingestionId });
}

interface Letter {
  readonly id: string;
  readonly documentId: string | null;
  readonly ingestionId: string | null;
  readonly failureType: string;
}

/** Gives a document that failed another try. Records that nobody can read are left: they are counted by their place. */
async function replayLetter(asking: Asking, namespace: string, random: Seeded): Promise<void> {
  const list = `${asking.address}/v1/dead-letters?namespace=${namespace}`;
  const signal = AbortSignal.timeout(requestTimeoutMs);
  const found = (await fetch(list, { signal })
    .then((response) => response.json())
    .catch(() => ({}))) as { items?: Letter[] };
  const replayable = (found.items ?? []).filter(
    ({ documentId, ingestionId, failureType }) =>
      documentId !== null && ingestionId !== null && failureType !== 'PoisonMessage',
  );
  if (replayable.length === 0) return;
  const { id, documentId } = random.pick(replayable);
  await ask(asking, { kind: 'replay', namespace, documentId: documentId ?? '', content: '', target: id });
}

interface Asked extends Pick<Operation, 'kind' | 'namespace' | 'documentId' | 'content' | 'idempotencyKey'> {
  /** Sent as a file instead of as a text in the request. */
  readonly uploaded?: boolean;
  /** The dead letter that is replayed, or the ingestion that is cancelled. */
  readonly target?: string;
}

async function ask({ address, history }: Asking, request: Asked): Promise<void> {
  const { kind, namespace, documentId, content, idempotencyKey } = request;
  const key = idempotencyKey === undefined ? {} : { idempotencyKey };
  const about = kind === 'cancel' && request.target !== undefined ? { ingestionId: request.target } : {};
  const asked = { kind, namespace, documentId, content, ...key, ...about };
  try {
    const response = await send(address, request);
    const body = (await response.json()) as { ingestionId?: string; version?: number };
    const { ingestionId, version } = body;
    if (response.status === 202 && ingestionId !== undefined && version !== undefined) {
      history.push({ ...asked, result: 'ok', ingestionId, version });
    } else {
      const refused = response.status >= 400 && response.status < 500;
      history.push({ ...asked, result: refused ? 'fail' : 'info' });
    }
  } catch {
    history.push({ ...asked, result: 'info' });
  }
}

function send(address: string, asked: Asked): Promise<Response> {
  const { kind, namespace, documentId, content, idempotencyKey, uploaded, target } = asked;
  const signal = AbortSignal.timeout(requestTimeoutMs);
  if (kind === 'replay') return fetch(`${address}/v1/dead-letters/${target}/replay`, { method: 'POST', signal });
  if (kind === 'cancel') return fetch(`${address}/v1/ingestions/${target}`, { method: 'DELETE', signal });
  if (kind === 'delete') {
    const path = `/v1/documents/${encodeURIComponent(documentId)}?namespace=${namespace}`;
    return fetch(`${address}${path}`, { method: 'DELETE', signal });
  }
  if (uploaded === true) {
    const form = new FormData();
    form.append('namespace', namespace);
    form.append('documentId', documentId);
    form.append('file', new Blob([content], { type: 'text/plain' }), 'note.txt');
    return fetch(`${address}/v1/documents`, { method: 'POST', body: form, signal });
  }
  const body = JSON.stringify({ namespace, documentId, source: 'inline', content });
  const key = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
  const headers = { 'content-type': 'application/json', ...key };
  return fetch(`${address}/v1/documents`, { method: 'POST', headers, body, signal });
}
