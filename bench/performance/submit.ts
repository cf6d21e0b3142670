import { blocksOf } from '../lists/blocks.js';
import { documentIdOf, recordOf, recordTypeName } from './records.js';

const recordsPerRequest = 50;
const requestsAtOnce = 4;

/** An ingestion that was accepted. */
export interface Accepted {
  readonly ingestionId: string;
}

function lineOf(namespace: string, number: number): string {
  return JSON.stringify({
    namespace,
    documentId: documentIdOf(number),
    type: recordTypeName,
    record: recordOf(number),
  });
}

/** Sends records as any client with many of them would: as lines, a few requests at a time. */
export async function submitMany(api: string, namespace: string, from: number, count: number): Promise<Accepted[]> {
  const numbers = Array.from({ length: count }, (_, at) => from + at);
  const requests = blocksOf(numbers, recordsPerRequest)[Symbol.iterator]();
  const accepted: Accepted[] = [];
  const work = async (): Promise<void> => {
    for (const some of requests) accepted.push(...(await submitLines(api, namespace, some)));
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, work));
  return accepted;
}

async function submitLines(api: string, namespace: string, numbers: readonly number[]): Promise<Accepted[]> {
  const body = numbers.map((number) => lineOf(namespace, number)).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  const response = await fetch(`${api}/v1/records`, { method: 'POST', headers, body });
  const lines = (await response.text()).trim().split('\n');
  return lines.map((line) => acceptedOf(JSON.parse(line) as Record<string, unknown>));
}

/** Sends one record. @returns what was accepted, when its answer was here. */
export async function submitOne(api: string, namespace: string, number: number): Promise<Accepted> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${api}/v1/records`, { method: 'POST', headers, body: lineOf(namespace, number) });
  return acceptedOf({ ...((await response.json()) as object), status: response.status });
}

function acceptedOf({ status, ingestionId, ...rest }: Record<string, unknown>): Accepted {
  if (status !== 202) throw new Error(`a record was not accepted: ${JSON.stringify(rest)}`);
  return { ingestionId: String(ingestionId) };
}
